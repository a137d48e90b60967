import DeployKit

/// A droplet in memory through which a deliberate bug acts.
struct MutantDroplet: Droplet {
    let base: FakeDroplet
    let mutant: Mutant

    init(_ base: FakeDroplet, _ mutant: Mutant) {
        self.base = base
        self.mutant = mutant
    }

    func observe() async throws -> DropletState { try await base.observe() }

    func auditTrail() async throws -> AuditTrail { try await base.auditTrail() }
    func secrets() async throws -> [Secret] { try await base.secrets() }

    func logs(of slot: Slot?, services: [String], lines: Int) async throws -> [ContainerLog] {
        try await base.logs(of: slot, services: services, lines: lines)
    }

    func withLease<Result: Sendable>(
        as owner: LeaseOwner, waiting patience: Duration,
        onWait: @escaping @Sendable (LeaseOwner) async -> Void,
        _ body: @escaping @Sendable (any LeasedDroplet) async throws -> Result
    ) async throws -> Result {
        let result = try await base.withLease(as: owner, waiting: patience, onWait: onWait) { leased in
            try await body(LeasedMutantDroplet(leased, base, mutant))
        }
        if mutant == .keepLease {
            base.change { scope, world in _ = scope.grant(to: owner, runner: base.identity, at: world.now) }
        }
        return result
    }
}

/// A leased droplet in memory on which some effects are wrong.
private struct LeasedMutantDroplet: LeasedDropletDecorator {
    let base: any LeasedDroplet
    private let droplet: FakeDroplet
    private let mutant: Mutant

    init(_ base: any LeasedDroplet, _ droplet: FakeDroplet, _ mutant: Mutant) {
        self.base = base
        self.droplet = droplet
        self.mutant = mutant
    }

    func health(of slot: Slot, after known: SlotHealth?, within patience: Duration) async throws -> SlotHealth {
        var health = try await base.health(of: slot, after: known, within: patience)
        guard mutant == .skipGate else { return health }
        for index in health.containers.indices {
            let container = health.containers[index]
            let isJob = container.state == .exited && container.exitStatus == 0
            health.containers[index] = ContainerStatus(
                name: container.name, service: container.service, slot: container.slot, release: container.release,
                state: isJob ? .exited : .running, health: .healthy)
        }
        for index in health.servers.indices { health.servers[index].isUp = true }
        return health
    }

    func probe(_ probe: Probe) async throws -> ProbeResult {
        let result = try await base.probe(probe)
        guard mutant == .skipGate || mutant == .skipProbes, case .preview(let slot) = probe.path else { return result }
        return ProbeResult(host: probe.host, status: 200, slot: slot, detail: "", milliseconds: 1)
    }

    func configureEdge(_ edge: EdgeEnvironment) async throws {
        var edge = edge
        if mutant == .armUnproven { edge.standbyIsArmed = true }
        try await base.configureEdge(edge)
    }

    func migrate(_ run: MigrationRun, onLine: @escaping @Sendable (String) async -> Void) async throws -> [Int] {
        if mutant == .skipMigration { return [] }
        let applied = try await base.migrate(run, onLine: onLine)
        guard mutant == .repeatMigration else { return applied }
        droplet.change { scope, _ in scope.database.applied.removeAll { applied.contains($0.version) } }
        return try await base.migrate(run, onLine: onLine)
    }

    func appendAudit(_ entries: [AuditEntry], after hash: String) async throws {
        if mutant == .skipAudit { return }
        try await base.appendAudit(entries, after: hash)
    }

    func start(_ release: Release.ID, in slot: Slot, services: [String], within deadline: Duration) async throws {
        switch mutant {
        case .stopServingFirst: try await base.stop(services, in: slot.other)
        case .recreateStore:
            droplet.change { scope, world in
                scope.stores = scope.stores.map { store in
                    var new = FakeContainer(
                        identity: world.makeIdentity(), name: store.name, service: store.service, slot: nil,
                        release: nil, replica: 1, image: nil, behaviour: store.behaviour)
                    new.start(at: world.now)
                    return new
                }
            }
        case .freeLeaseEarly: droplet.freeLease { $0.runner == droplet.identity }
        default: break
        }
        try await base.start(release, in: slot, services: services, within: deadline)
        if mutant == .shareUnproven {
            droplet.change { scope, world in
                scope.edge.share = EdgeShare(percent: 10)
                scope.sample("share", at: world.now)
            }
        }
        if mutant == .repeatJob {
            droplet.change { scope, _ in scope.doneJobs[release] = nil }
            try await base.start(release, in: slot, services: services, within: deadline)
        }
    }

    func stop(_ services: [String], in slot: Slot) async throws {
        if mutant == .keepOldWorkers { return }
        if mutant == .twoSchedulers, services == ["scheduler"] { return }
        try await base.stop(services, in: slot)
    }

    func clear(_ slot: Slot) async throws {
        if mutant == .neverUndo { return }
        try await base.clear(slot)
    }

    func cutOver(_ edge: EdgeEnvironment) async throws -> CutoverReport {
        guard let slot = edge.serving else { return try await base.cutOver(edge) }
        switch mutant {
        case .dropStandbyFirst: try await base.clear(slot.other)
        case .moveHostsOneByOne:
            droplet.change { scope, world in
                for route in edge.routes {
                    scope.edge.hosts[route.host] = slot
                    scope.edge.services[route.host] = route.service
                    scope.sample("move \(route.host)", at: world.now)
                }
            }
        default: break
        }
        let told = droplet.scope(\.edge.told)
        let report = try await base.cutOver(edge)
        if mutant == .forgetDisk { droplet.change { scope, _ in scope.edge.told?.serving = told?.serving } }
        return report
    }

    func remove(_ releases: [Release.ID]) async throws {
        if mutant == .neverUndo { return }
        let serving = droplet.scope { $0.edge.hosts.values.first.flatMap($0.release(in:)) }
        try await base.remove(releases + (mutant == .pruneServing ? [serving].compactMap { $0 } : []))
    }

    func record(_ record: RolloutRecord) async throws {
        if mutant == .forgetRecord { return }
        try await base.record(record)
    }
}
