import DeployKit

/// A leased droplet that hands everything on to another; a conforming type says what it does otherwise.
protocol LeasedDropletDecorator: LeasedDroplet {
    /// The droplet that everything is handed on to.
    var base: any LeasedDroplet { get }
}

extension LeasedDropletDecorator {
    func observe() async throws -> DropletState { try await base.observe() }

    func withLease<Result: Sendable>(
        as owner: LeaseOwner, waiting patience: Duration,
        onWait: @escaping @Sendable (LeaseOwner) async -> Void,
        _ body: @escaping @Sendable (any LeasedDroplet) async throws -> Result
    ) async throws -> Result {
        try await body(self)
    }

    func logs(of slot: Slot?, services: [String], lines: Int) async throws -> [ContainerLog] {
        try await base.logs(of: slot, services: services, lines: lines)
    }

    func auditTrail() async throws -> AuditTrail { try await base.auditTrail() }
    func secrets() async throws -> [Secret] { try await base.secrets() }

    func checkpoint(before release: Release.ID) async throws -> Checkpoint {
        try await base.checkpoint(before: release)
    }

    func migrate(_ run: MigrationRun, onLine: @escaping @Sendable (String) async -> Void) async throws -> [Int] {
        try await base.migrate(run, onLine: onLine)
    }

    func fetch(_ images: [ImagePin]) async throws -> [Digest: String] { try await base.fetch(images) }
    func stage(_ bundle: ReleaseBundle) async throws { try await base.stage(bundle) }
    func startStores(_ bundle: StoresBundle) async throws { try await base.startStores(bundle) }

    func start(_ release: Release.ID, in slot: Slot, services: [String], within deadline: Duration) async throws {
        try await base.start(release, in: slot, services: services, within: deadline)
    }

    func stop(_ services: [String], in slot: Slot) async throws { try await base.stop(services, in: slot) }
    func resume(_ services: [String], in slot: Slot) async throws { try await base.resume(services, in: slot) }
    func clear(_ slot: Slot) async throws { try await base.clear(slot) }
    func vacate(_ slot: Slot, for release: Release.ID) async throws { try await base.vacate(slot, for: release) }

    func health(of slot: Slot, after known: SlotHealth?, within patience: Duration) async throws -> SlotHealth {
        try await base.health(of: slot, after: known, within: patience)
    }

    func sample(_ slot: Slot, after known: WatchSample?, within patience: Duration) async throws -> WatchSample {
        try await base.sample(slot, after: known, within: patience)
    }

    func probe(_ probe: Probe) async throws -> ProbeResult { try await base.probe(probe) }
    func configureEdge(_ edge: EdgeEnvironment) async throws { try await base.configureEdge(edge) }
    func cutOver(_ edge: EdgeEnvironment) async throws -> CutoverReport { try await base.cutOver(edge) }
    func amendEdge(_ edge: EdgeEnvironment) async throws { try await base.amendEdge(edge) }

    func drain(_ slot: Slot, within limit: Duration) async throws -> DrainReport {
        try await base.drain(slot, within: limit)
    }
    func remove(_ releases: [Release.ID]) async throws { try await base.remove(releases) }
    func record(_ record: RolloutRecord) async throws { try await base.record(record) }
    func keep(_ evidence: FailureEvidence, of release: Release.ID) async throws {
        try await base.keep(evidence, of: release)
    }
    func keepMigrationOutput(_ text: String, of release: Release.ID) async throws {
        try await base.keepMigrationOutput(text, of: release)
    }

    func appendAudit(_ entries: [AuditEntry], after hash: String) async throws {
        try await base.appendAudit(entries, after: hash)
    }

    func renewAudit(_ entries: [AuditEntry], replacing digest: Digest) async throws {
        try await base.renewAudit(entries, replacing: digest)
    }
}
