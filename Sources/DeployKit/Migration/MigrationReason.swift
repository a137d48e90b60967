/// Something that a migration does, and what it means for the release that serves.
public struct MigrationReason: Sendable, Hashable, Codable {
    /// How much it weighs.
    public enum Weight: String, Sendable, Hashable, Codable {
        /// Worth knowing.
        case note
        /// The release before should bear it; a person had better look.
        case warning
        /// Nobody can write to a big table, or read it, until it is done.
        case blocking
        /// Something that the release before may need is changed or taken away.
        case contract
        /// It cannot be run as it stands.
        case refusal
    }

    /// How much it weighs.
    public var weight: Weight
    /// The line of the file, from 1.
    public var line: Int
    /// The statement, on one line; cut where it is long.
    public var statement: String
    /// What is the matter, in a sentence.
    public var message: String

    /// Makes a reason.
    public init(_ weight: Weight, line: Int, statement: String, _ message: String) {
        self.weight = weight
        self.line = line
        self.statement = statement
        self.message = message
    }
}

/// Whether a migration only adds, or changes what the release before may need; with the reasons.
public struct MigrationClassification: Sendable, Hashable {
    /// What it does to the release before.
    public var change: SchemaChange
    /// Why, and what else is worth knowing, in the order of the file.
    public var reasons: [MigrationReason]
    /// The tables that it makes.
    var created: Set<String>

    /// Classes a migration.
    ///
    /// - Parameters:
    ///   - migration: The migration.
    ///   - created: The tables that pending migrations before it make: no release uses them yet.
    ///   - rows: About how many rows the tables have, by name.
    ///   - bigTable: From how many rows on nobody may be kept from writing to a table.
    public init(
        _ migration: Migration, created: Set<String> = [], rows: [String: Int] = [:], bigTable: Int = 100_000
    ) {
        var rules = MigrationRules(migration, created: created, rows: rows, bigTable: bigTable)
        rules.judge()
        let own = rules.reasons
        // A linter sees neither what earlier files made nor how big a table is; of one line our own word counts more.
        let lint = migration.lint.filter { reason in
            !rules.newTableLines.contains(reason.line)
                && !own.contains { $0.line == reason.line && ($0.weight == reason.weight || $0.weight == .contract) }
        }
        reasons = (own + lint).sorted { ($0.line, $0.message) < ($1.line, $1.message) }
        change = reasons.contains { $0.weight == .contract } ? .contract : .expand
        self.created = rules.created
    }
}
