/// How the schema of an environment's PostgreSQL database is changed when a release wants it.
public struct MigrationPolicy: Sendable, Hashable, Codable {
    /// Who carries the migrations out.
    public enum Mechanism: Sendable, Hashable, Codable {
        /// DeployKit sends the files to the store's own `psql`.
        case sql
        /// A command in a one-off container of the new release does it, and records what it did as sqlx would.
        case command(service: String, arguments: [String])
    }

    /// Whether the database is dumped before it is changed.
    public enum Checkpoint: String, Sendable, Hashable, Codable {
        /// Whenever a migration is pending.
        case beforePending
        /// Never.
        case never
    }

    /// Who carries them out.
    public var mechanism: Mechanism
    /// The folder with the files, relative to the Compose project: `<version>_<name>.sql`, or a pair of
    /// `<version>_<name>.up.sql` and `<version>_<name>.down.sql`.
    public var directory: String
    /// The Compose service that PostgreSQL is; its own variables say the user and the database.
    public var store: String
    /// The table in which applied migrations are recorded, in sqlx's layout; `_sqlx_migrations` by default.
    public var table: String
    /// How long a statement may wait for a lock of another session before it gives up; 5 s by default.
    public var lockTimeout: Duration
    /// How long a single statement may take; 5 min by default.
    public var statementTimeout: Duration
    /// How long all pending migrations together may take; 30 min by default.
    public var deadline: Duration
    /// Whether the database is dumped first; never, by default.
    public var checkpoint: Checkpoint
    /// How many of these dumps stay on the droplet; 3 by default.
    public var keptCheckpoints: Int
    /// From how many rows on a table is so big that nobody may be kept from writing to it; 100,000 by default.
    public var bigTable: Int

    /// Makes a policy.
    public init(
        _ mechanism: Mechanism,
        directory: String = "migrations",
        store: String = "postgres",
        table: String = "_sqlx_migrations",
        lockTimeout: Duration = .seconds(5),
        statementTimeout: Duration = .seconds(300),
        deadline: Duration = .seconds(1800),
        checkpoint: Checkpoint = .never,
        keptCheckpoints: Int = 3,
        bigTable: Int = 100_000
    ) {
        self.mechanism = mechanism
        self.directory = directory
        self.store = store
        self.table = table
        self.lockTimeout = lockTimeout
        self.statementTimeout = statementTimeout
        self.deadline = deadline
        self.checkpoint = checkpoint
        self.keptCheckpoints = keptCheckpoints
        self.bigTable = bigTable
    }

    /// Whether a container of the new release runs them, which needs the networks of its slot.
    var needsSlot: Bool {
        if case .command = mechanism { true } else { false }
    }
}
