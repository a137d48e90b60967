public import DeployKit
internal import Synchronization

/// A droplet in memory, under a clock that only a test moves: one environment on a ``FakeHost``, as one runner sees it.
///
/// Containers boot, turn healthy, crash or hang as ``setBehaviour(of:in:to:)`` says; the edge answers
/// ``request(_:)``; ``inject(_:at:)`` lets calls fail. Whatever waits moves the clock on, so nothing takes time, and the
/// same test always sees the same. A probe is answered at once, also one that would have waited for its timeout.
///
/// ```swift
/// let droplet = FakeDroplet(.staging)
/// droplet.setBehaviour(of: "api", in: "v2", to: .neverHealthy)
/// …
/// #expect(droplet.timeline.lost.isEmpty)
/// ```
public final class FakeDroplet: Droplet {
    /// The host that it is on.
    public let host: FakeHost
    /// The environment that it stands for.
    public let environment: Environment
    let runner = Mutex(FakeRunner())
    /// A number that tells this runner from all others.
    let identity: Int

    /// Makes a droplet with nothing of the environment on it.
    public init(_ environment: Environment, on host: FakeHost = FakeHost()) {
        self.host = host
        self.environment = environment
        self.identity = host.change { world in
            if world.scopes[environment.scope] == nil { world.scopes[environment.scope] = FakeScope() }
            return world.makeIdentity()
        }
    }

    /// The host's clock.
    public var clock: ManualClock { host.clock }

    /// The same droplet for another runner, to which nothing has happened yet.
    public func forAnotherRunner() -> FakeDroplet { FakeDroplet(environment, on: host) }

    /// Reads all that a plan follows from.
    public func observe() async throws -> DropletState {
        try await read(.observe) { world in
            var state = world.state(of: environment.scope)
            state.schema = environment.migrations.flatMap { world.scopes[environment.scope]?.schema(of: $0.store) }
            return state
        }
    }

    /// The last lines that the containers of a slot printed, by container name; of the stores without a slot.
    public func logs(of slot: Slot?, services: [String], lines: Int) async throws -> [ContainerLog] {
        try await read(.logs) { world in
            let scope = world.scopes[environment.scope] ?? FakeScope()
            let containers = slot == nil ? scope.stores : scope.containers.filter { $0.slot == slot }
            return containers.filter { services.isEmpty || services.contains($0.service.name) }
                .sorted { $0.name < $1.name }
                .map { container in
                    ContainerLog(
                        container: container.name, service: container.service.name,
                        text: container.lines.suffix(lines).joined(separator: "\n"))
                }
        }
    }

    /// Reads or changes the environment on the host, apart from the rest of it.
    @discardableResult
    func change<Result>(_ body: (inout FakeScope, inout FakeWorld) throws -> Result) rethrows -> Result {
        try host.change { world in
            // Taken out while it is changed, so that nothing is copied; the world in `body` is without it.
            var scope = world.scopes.removeValue(forKey: environment.scope) ?? FakeScope()
            defer {
                scope.look(at: world.now)
                world.scopes[environment.scope] = scope
            }
            return try body(&scope, &world)
        }
    }

    /// Reads the environment on the host.
    func scope<Result>(_ body: (FakeScope) -> Result) -> Result {
        change { scope, _ in body(scope) }
    }

    /// Performs a call that only reads, or lets it fail.
    func read<Result>(_ call: FakeCall, _ body: (FakeWorld) throws -> Result) async throws -> Result {
        try await arrive(at: call)
        return try host.change { try body($0) }
    }

    /// Counts a call that only reads, and lets happen what was injected at it.
    func arrive(at call: FakeCall) async throws {
        await pause()
        switch try runner.withLock({ try $0.begin(call) }) {
        case nil: return
        case .breaks: throw DeployError(.droplet, "the command broke off")
        case .stalls(let time): throw stall(for: time)
        case .losesLease: freeLease()
        case .fails(let error): throw error
        case .hangs: try await hang()
        case .losesConnection, .losesAnswer: throw disconnect(at: call)
        case .dies: throw die()
        }
    }
}
