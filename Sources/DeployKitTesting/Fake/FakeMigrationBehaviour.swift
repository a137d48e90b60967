public import DeployKit

/// What a migration does on a fake droplet; it succeeds after 100 ms by default.
public struct FakeMigrationBehaviour: Sendable, Hashable {
    /// How long it takes.
    var duration: Duration = .milliseconds(100)
    /// What PostgreSQL says of its failure; nil when it succeeds.
    var failure: String?
    /// Whether another session holds a lock that it needs.
    var waitsForLock = false

    /// Succeeds after a while.
    public static func succeeds(after duration: Duration) -> FakeMigrationBehaviour {
        FakeMigrationBehaviour(duration: duration)
    }

    /// Fails with what PostgreSQL would say.
    public static func fails(_ message: String) -> FakeMigrationBehaviour {
        FakeMigrationBehaviour(failure: message)
    }

    /// Waits for a lock that another session does not give back.
    public static var waitsForLock: FakeMigrationBehaviour { FakeMigrationBehaviour(waitsForLock: true) }
}

extension FakeDroplet {
    /// Says what a migration does from now on; nil lets it succeed.
    public func setBehaviour(ofMigration version: Int, to behaviour: FakeMigrationBehaviour?) {
        change { scope, _ in scope.database.behaviours[version] = behaviour }
    }

    /// Says about how many rows a table has.
    public func setRows(of table: String, to count: Int) {
        change { scope, _ in scope.database.rows[table] = count }
    }

    /// Applies a migration by other means than a rollout.
    public func apply(_ migration: Migration, isComplete: Bool = true) {
        change { scope, _ in scope.database.apply(migration, isComplete: isComplete) }
    }

    /// The database is restored to what it was before the migrations after this one.
    public func forgetMigrations(after version: Int) {
        change { scope, _ in scope.database.applied.removeAll { $0.version > version } }
    }

    /// The migrations that the database has, by version.
    public var appliedMigrations: [Int] { scope { $0.database.applied.filter(\.isComplete).map(\.version) } }

    /// How often a migration was run to its end.
    public func runs(ofMigration version: Int) -> Int { scope { $0.database.runs[version] ?? 0 } }

    /// What the droplet keeps of what migrations printed, by release.
    public var migrationOutputs: [Release.ID: String] { scope(\.database.outputs) }

    /// The dumps of the database that are kept, the oldest first.
    public var checkpoints: [Checkpoint] { scope(\.database.checkpoints) }
}

extension FakeDatabase {
    /// Adds the row of a migration.
    mutating func apply(_ migration: Migration, isComplete: Bool = true) {
        runs[migration.version, default: 0] += isComplete ? 1 : 0
        applied.removeAll { $0.version == migration.version }
        applied.append(
            AppliedMigration(
                version: migration.version, name: migration.name, checksum: migration.checksum, isComplete: isComplete))
        applied.sort { $0.version < $1.version }
    }
}
