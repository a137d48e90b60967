import DeployKit

/// The database of an environment on a fake host: its table of migrations, and what happens when one runs.
struct FakeDatabase: Sendable {
    /// The rows of the table, by version.
    var applied: [AppliedMigration] = []
    /// What the droplet remembers of those that were about to run.
    var records: [MigrationRecord] = []
    /// How often each migration was run to its end, by version.
    var runs: [Int: Int] = [:]
    /// What the migrations do that do not simply succeed, by version.
    var behaviours: [Int: FakeMigrationBehaviour] = [:]
    /// The dumps, the oldest first.
    var checkpoints: [Checkpoint] = []
    /// The size of the database, in bytes.
    var size = 1 << 20
    /// About how many rows its tables have.
    var rows: [String: Int] = [:]
    /// What the droplet keeps of what migrations printed, by release.
    var outputs: [Release.ID: String] = [:]
    /// What only one session that migrates has.
    var lock = FakeAdvisoryLock()
}

extension FakeScope {
    /// What the database says of its schema; nil while its store does not run.
    func schema(of store: String) -> SchemaState? {
        guard stores.contains(where: { $0.service.name == store && $0.isRunning }) else { return nil }
        return SchemaState(database: "fake", applied: database.applied, rows: database.rows)
    }
}
