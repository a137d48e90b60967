public import DeployKit
internal import Synchronization

/// A server in memory, on which several environments can run, under a clock that only a test moves.
///
/// ```swift
/// let host = FakeHost()
/// let staging = FakeDroplet(.staging, on: host)
/// let production = FakeDroplet(.production, on: host)
/// ```
public final class FakeHost: Sendable {
    /// The host's clock.
    public let clock: ManualClock

    /// What the host's clock says when the manual one stands at zero, in seconds since 1970.
    static let epoch = 1_700_000_000

    /// The time that the host's clock says, in seconds since 1970.
    public var time: @Sendable () -> Int {
        { [clock] in Self.epoch + Int(clock.now.offset.components.seconds) }
    }

    private let world: Mutex<FakeWorld>
    /// Lets a runner's call wait for its turn; nil lets it happen at once.
    let pace: (@Sendable (_ runner: Int) async -> Void)?

    /// Makes a host with nothing on it.
    ///
    /// - Parameters:
    ///   - clock: The clock of all that happens on it.
    ///   - facts: Its programs and its room while nothing runs on it.
    public convenience init(clock: ManualClock = ManualClock(), facts: HostFacts = .fake) {
        self.init(clock: clock, facts: facts, pace: nil)
    }

    /// Makes a host on which calls wait for their turn.
    init(clock: ManualClock, facts: HostFacts, pace: (@Sendable (_ runner: Int) async -> Void)?) {
        self.clock = clock
        self.pace = pace
        self.world = Mutex(FakeWorld(facts: facts, now: clock.now.offset))
        clock.observe { [weak self] in self?.change { _ in } }
    }

    /// Reads or changes what is on the host, once all is done that was due by now.
    @discardableResult
    func change<Result>(_ body: (inout FakeWorld) throws -> Result) rethrows -> Result {
        var answers: [@Sendable () -> Void] = []
        defer { for answer in answers { answer() } }
        return try world.withLock { world in
            defer {
                answers = world.answers
                world.answers = []
            }
            world.pass(to: clock.now.offset)
            return try body(&world)
        }
    }

    /// Moves the time on from change to change until `outcome` is there, at most until a moment.
    ///
    /// - Returns: The outcome; nil when the moment came first.
    /// - Throws: What `outcome` throws; `CancellationError`.
    func wait<Outcome>(
        until deadline: Duration, for outcome: (inout FakeWorld) throws -> Outcome?
    ) async throws -> Outcome? {
        while true {
            try Task.checkCancellation()
            let (result, next) = try change { world in (try outcome(&world), world.nextEvent) }
            if let result { return result }
            guard clock.now.offset < deadline else { return nil }
            clock.advance(to: ManualClock.Instant(offset: min(next ?? deadline, deadline)))
        }
    }

    /// Changes the host's programs and its room while nothing runs on it.
    public func setFacts(_ body: @Sendable (inout HostFacts) -> Void) {
        change { body(&$0.facts) }
    }

    /// Makes images that cannot be had: a ``LeasedDroplet/fetch(_:)`` of them fails.
    public func loseImages(_ digests: Digest...) {
        change { $0.missingImages.formUnion(digests) }
    }

    /// The images on the host.
    public var images: Set<Digest> { change { Set($0.images.keys) } }

    /// Restarts the host: all leases are free, and containers start again by policy.
    public func reboot() {
        change { world in
            for name in world.scopes.keys.sorted() {
                world.answers += world.scopes[name]?.reboot(at: world.now) ?? []
                world.scopes[name]?.sample("reboot", at: world.now)
            }
        }
    }
}

extension FakeScope {
    fileprivate mutating func reboot(at now: Duration) -> [@Sendable () -> Void] {
        func restart(_ container: inout FakeContainer) {
            guard container.isRunning || container.state == .restarting, container.behaviour.isRestarted else {
                return container.stop()
            }
            container.stop()
            container.start(at: now)
            container.hurt()
        }
        for index in containers.indices { restart(&containers[index]) }
        for index in stores.indices { restart(&stores[index]) }
        edge.comeUp()
        look(at: now)
        return free(at: now) { _ in true }
    }
}

extension FakeEdge {
    /// Comes up as the disk says.
    mutating func comeUp() {
        brokenSessions += sessions.count
        sessions = []
        hosts = [:]
        if let told, let serving = told.serving {
            for route in told.routes {
                hosts[route.host] = serving
                services[route.host] = route.service
            }
        }
        armed = nil
        if let told { amend(told) }
        tallies = []
        for index in servers.indices {
            servers[index].isUp = false
            servers[index].turnsAt = nil
        }
    }
}

extension HostFacts {
    /// A small droplet with all that a deploy needs: 2 GiB of memory, 20 GiB of disk.
    public static var fake: HostFacts {
        HostFacts(
            docker: "26.1.5", compose: "2.26.1", haproxy: "3.0.11", memoryAvailable: 1536 << 20,
            memoryTotal: 2048 << 20, diskFree: 15 << 30, diskTotal: 20 << 30, hasCertificates: true)
    }
}
