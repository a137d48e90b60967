/// What the database of an environment says of its schema.
public struct SchemaState: Sendable, Hashable, Codable {
    /// The name of the database.
    public var database: String
    /// The migrations that its table has, by version.
    public var applied: [AppliedMigration]
    /// About how many rows the tables have that have many, by name.
    public var rows: [String: Int]

    /// The newest of them: the version of the schema; nil before the first.
    public var version: Int? { applied.map(\.version).max() }

    /// Makes a state.
    public init(database: String = "", applied: [AppliedMigration] = [], rows: [String: Int] = [:]) {
        self.database = database
        self.applied = applied
        self.rows = rows
    }
}

/// A migration that the database has a row of.
public struct AppliedMigration: Sendable, Hashable, Codable {
    /// Its number.
    public var version: Int
    /// What it is called, as the table has it.
    public var name: String
    /// SHA-384 of its file, in lower-case hexadecimal digits.
    public var checksum: String
    /// Whether it came to its end; one without a transaction may have stopped half way.
    public var isComplete: Bool

    /// Makes one.
    public init(version: Int, name: String, checksum: String, isComplete: Bool = true) {
        self.version = version
        self.name = name
        self.checksum = checksum
        self.isComplete = isComplete
    }

    /// The migration on one word: `20260102_add_note`.
    public var label: String { "\(version)_\(name.replacing(" ", with: "_"))" }
}

/// What the droplet remembers of a migration that a rollout was about to run.
public struct MigrationRecord: Sendable, Hashable, Codable {
    /// Its number.
    public var version: Int
    /// SHA-384 of its file.
    public var checksum: String
    /// What it does to the release before.
    public var change: SchemaChange
    /// The release that brought it.
    public var release: Release.ID
    /// The command that restores the database as it was before; empty without a checkpoint.
    public var restore: String

    /// Makes a record.
    public init(version: Int, checksum: String, change: SchemaChange, release: Release.ID, restore: String = "") {
        self.version = version
        self.checksum = checksum
        self.change = change
        self.release = release
        self.restore = restore
    }
}

/// The schema that a release was made for.
public struct ReleaseSchema: Sendable, Hashable, Codable {
    /// A migration that it knows.
    public struct Entry: Sendable, Hashable, Codable {
        /// Its number.
        public var version: Int
        /// SHA-384 of its file.
        public var checksum: String
        /// What it does to a release that does not know it.
        public var change: SchemaChange
    }

    /// The migrations that it knows, by version.
    public var migrations: [Entry]

    /// The newest of them: the schema version that it needs; nil without any.
    public var version: Int? { migrations.last?.version }

    /// Makes the schema of a release from its migrations.
    public init(_ migrations: [Migration]) {
        self.migrations = migrations.sorted { $0.version < $1.version }.map { migration in
            let change = MigrationClassification(migration).change
            return Entry(version: migration.version, checksum: migration.checksum, change: change)
        }
    }
}

/// A migration that a plan would run.
public struct PendingMigration: Sendable, Hashable, Codable {
    /// Its number.
    public var version: Int
    /// What it is called.
    public var name: String
    /// The name of its file.
    public var file: String
    /// What it does to the release before.
    public var change: SchemaChange
    /// Why, and what else a person should know of it.
    public var reasons: [MigrationReason]
    /// Whether a person asked for it by name.
    public var isAllowed: Bool

    /// Whether it is refused unless a person asks for it by name.
    public var needsConsent: Bool { change == .contract || reasons.contains { $0.weight == .blocking } }
}
