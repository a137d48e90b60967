/// Migrations of a release on their way into the database.
public struct MigrationRun: Sendable, Hashable {
    /// What is run, by version.
    public var migrations: [Migration]
    /// The release that wants them, staged.
    public var release: Release.ID
    /// The slot in whose networks a container of the release may run.
    public var slot: Slot
    /// What is remembered of them.
    public var records: [MigrationRecord]

    /// Makes a run.
    ///
    /// - Parameters:
    ///   - migrations: What is run.
    ///   - release: The release that wants them.
    ///   - slot: Where its containers may run.
    ///   - checkpoint: The dump that was made before.
    public init(
        _ migrations: [Migration], of release: Release.ID, in slot: Slot, after checkpoint: Checkpoint? = nil
    ) {
        self.migrations = migrations.sorted { $0.version < $1.version }
        self.release = release
        self.slot = slot
        self.records = self.migrations.map { migration in
            MigrationRecord(
                version: migration.version, checksum: migration.checksum,
                change: MigrationClassification(migration).change, release: release,
                restore: checkpoint?.restore ?? "")
        }
    }
}

/// A dump of the database on the droplet.
public struct Checkpoint: Sendable, Hashable, Codable {
    /// The file.
    public var path: String
    /// Its size in bytes.
    public var bytes: Int
    /// The command that restores it, for the deploy user on the droplet.
    public var restore: String

    /// Makes one.
    public init(path: String, bytes: Int, restore: String) {
        self.path = path
        self.bytes = bytes
        self.restore = restore
    }

    /// How a person gets the database back.
    var advice: String { "the database as it was before the migrations: \(restore)" }
}
