import DeployKit

/// One environment on a fake host.
struct FakeScope: Sendable {
    var stores: [FakeContainer] = []
    var storeDigests: [String: String] = [:]
    var storeSalt = ""
    /// The volumes, each with a number that tells it from one that was made again.
    var volumes: [String: Int] = [:]
    var containers: [FakeContainer] = []
    var networks: Set<String> = []
    var staged: [Release.ID: ReleaseBundle] = [:]
    /// The jobs that each release is done with.
    var doneJobs: [Release.ID: Set<String>] = [:]
    /// How often each job was started, by release.
    var jobStarts: [Release.ID: [String: Int]] = [:]
    var records: [RolloutRecord] = []
    var database = FakeDatabase()
    var evidence: [Release.ID: FailureEvidence] = [:]
    /// The bytes of the audit trail.
    var auditTrail: [UInt8] = []
    /// The audit trails that were given up, in order.
    var formerAuditTrails: [[UInt8]] = []
    var edge = FakeEdge()
    var lease: FakeLease?
    /// The number of the owner whose commands still have an effect.
    var token = 0
    var waiters: [FakeLease.Waiter] = []
    /// Those who want to know when so many wait for the lease.
    var arrivals: [(count: Int, answer: @Sendable () -> Void)] = []
    var effects: [FakeEffect] = []
    var timeline = FakeTimeline()
    /// The number of the owner who made the last change.
    var actingToken = 0
    /// The owners whose lease was freed without their knowing.
    var unaware: Set<Int> = []
    /// Looks at the environment after every effect and every change by the passing of time.
    var watch: (@Sendable (FakeScope, String, Duration) -> Void)?
    var behaviours: [BehaviourKey: FakeBehaviour] = [:]
    /// The requests that come by themselves.
    var load: FakeLoad?
    var loadAnswers: [FakeLoad.Outcome: Int] = [:]

    /// A service in a release, named by its identity or its version; in all releases without one.
    struct BehaviourKey: Hashable {
        var service: String
        var release: String?
    }

    /// When something changes by itself next.
    var nextEvent: Duration? {
        // Asked at each change of a simulation, so that nothing is put together for it.
        var next: Duration?
        func consider(_ moment: Duration?) {
            guard let moment else { return }
            next = next.map { min($0, moment) } ?? moment
        }
        for index in containers.indices { consider(containers[index].nextEvent) }
        for index in stores.indices { consider(stores[index].nextEvent) }
        for index in edge.servers.indices { consider(edge.servers[index].turnsAt) }
        for index in edge.sessions.indices { consider(edge.sessions[index].endsAt) }
        for index in waiters.indices { consider(waiters[index].deadline) }
        consider(database.lock.nextEvent)
        return next
    }

    /// Lets happen what is due, and returns the answers to those who waited too long for a lease or a lock.
    mutating func pass(_ now: Duration) -> [@Sendable () -> Void] {
        for index in containers.indices { containers[index].pass(now) }
        for index in stores.indices { stores[index].pass(now) }
        edge.sessions.removeAll { $0.endsAt.map { $0 <= now } ?? false }
        edge.pass(now)
        look(at: now)
        return expireWaiters(at: now) + database.lock.expire(at: now)
    }

    /// Lets the edge look at all its servers.
    mutating func look(at now: Duration) {
        edge.look(at: containers, now: now)
    }

    /// Notes what each host would answer now.
    mutating func sample(_ cause: String, at now: Duration) {
        timeline.samples.append(FakeTimeline.Sample(at: now, cause: cause, answers: answers))
        watch?(self, cause, now)
    }

    /// The images that a release names, or a container has.
    var neededImages: Set<Digest> {
        Set(staged.values.flatMap { $0.release.images.values.map(\.digest) } + containers.compactMap(\.image))
    }

    func behaviour(of service: Service, in release: Release?) -> FakeBehaviour {
        let names: [String?] = [release?.id.rawValue, release?.version, nil]
        let said = names.lazy.compactMap { behaviours[BehaviourKey(service: service.name, release: $0)] }.first
        return said ?? (service.kind == .job ? .succeeds() : .healthy())
    }

    /// Changes the containers of services in a slot.
    mutating func change(
        _ services: [String], in slot: Slot, extent: FakeExtent = .whole, _ change: (inout FakeContainer) -> Void
    ) {
        let indices = containers.indices.filter {
            containers[$0].slot == slot && services.contains(containers[$0].service.name)
        }
        for index in extent.of(indices) { change(&containers[index]) }
        breakSessions()
    }

    /// Ends the sessions whose container does not run any more.
    mutating func breakSessions() {
        let live = Set(containers.filter(\.isRunning).map { FakeEdge.Place(slot: $0.slot, service: $0.service.name) })
        let broken = edge.sessions.filter { !live.contains($0.place) }.count
        edge.sessions.removeAll { !live.contains($0.place) }
        edge.brokenSessions += broken
    }
}
