import DeployKit

/// What a simulation remembers of the past of a droplet, beside what the droplet does.
struct SimulationHistory: Sendable {
    /// The slot that all routes led to, the last time.
    private(set) var serving: Slot?
    /// Whether the routes have just moved.
    private(set) var hasMoved = false
    /// The slot that a restart of the edge would lead to, the last time.
    private(set) var onDisk: Slot?
    /// The releases that routes led to.
    private(set) var served: Set<Release.ID> = []
    /// The hosts that were answered.
    private(set) var answered: Set<String> = []
    /// The identities of the stores and their volumes when they were made.
    private(set) var stores: [String: Int] = [:]
    /// How often each job of a release had been started when the release was done with it.
    private(set) var doneJobs: [Release.ID: [String: Int]] = [:]

    /// Takes in the present, before it is checked.
    mutating func look(at scope: FakeScope) {
        let slots = Set(scope.edge.hosts.values)
        let now = slots.count == 1 ? slots.first : nil
        hasMoved = now != nil && now != serving
        serving = now
        for store in scope.stores where stores[store.name] == nil { stores[store.name] = store.identity }
        for (volume, identity) in scope.volumes where stores[volume] == nil { stores[volume] = identity }
    }

    /// Takes in the present, once it was checked.
    mutating func remember(_ scope: FakeScope) {
        for (release, jobs) in scope.doneJobs {
            for job in jobs where doneJobs[release]?[job] == nil {
                doneJobs[release, default: [:]][job] = scope.jobStarts[release]?[job]
            }
        }
        // Once its files are gone, the same version is another release.
        for release in doneJobs.keys where scope.staged[release] == nil { doneJobs[release] = nil }
        onDisk = scope.edge.told?.serving
        if let serving, let release = scope.release(in: serving) { served.insert(release) }
        for (host, answer) in scope.timeline.samples.last?.answers ?? [:] where answer.release != nil {
            answered.insert(host)
        }
    }
}

extension FakeScope {
    /// The release in a slot; nil when there is none or more than one.
    func release(in slot: Slot) -> Release.ID? {
        var found: Release.ID?
        for container in containers where container.slot == slot {
            guard let release = container.release, found == nil || found == release else { return nil }
            found = release
        }
        return found
    }

    /// Whether the edge has not found out yet how a container is, or one has not come back from an accident.
    var isSettling: Bool {
        containers.contains(where: \.isHurt) || stores.contains(where: \.isHurt)
            || edge.servers.contains { server in
                server.isUp != (containers.first { $0.isBehind(server) }?.passesChecks ?? false)
            }
    }

    /// Why the release in a slot is not fit to serve; nil when it is.
    ///
    /// One that has served need not have passed another gate: what answers has to be well, its workers only to be there.
    func unfitness(of slot: Slot, after served: Set<Release.ID>) -> String? {
        guard let id = release(in: slot) else { return "\(slot.rawValue) holds no one release" }
        guard let release = staged[id]?.release else { return "release \(id) has no files on the droplet" }
        for service in release.services where service.kind == .web || service.kind == .worker {
            let own = containers.filter { $0.slot == slot && $0.service.name == service.name }
            if own.count < service.replicas { return "\(service.name) of release \(id) has no container" }
            if own.contains(where: { !$0.wasHealthy }), service.kind == .web || !served.contains(id) {
                return "\(service.name) of release \(id) was never healthy"
            }
        }
        return nil
    }
}
