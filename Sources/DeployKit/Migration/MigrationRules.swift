/// Our own rules: what each statement of a migration means for the release before, which runs on against its result.
struct MigrationRules {
    let migration: Migration
    let rows: [String: Int]
    let bigTable: Int
    /// The tables that pending migrations made so far, as ``SQLReader/tableKey`` names them: no release uses them yet.
    private(set) var created: Set<String>
    /// The indexes that this migration made so far.
    private var createdIndexes: Set<String> = []
    private var hasMovedSearchPath = false
    private(set) var reasons: [MigrationReason] = []
    /// The lines of statements about tables that are new.
    private(set) var newTableLines: Set<Int> = []
    private var otherLines: Set<Int> = []

    init(_ migration: Migration, created: Set<String>, rows: [String: Int], bigTable: Int) {
        self.migration = migration
        self.created = created
        self.rows = rows
        self.bigTable = bigTable
    }

    /// Goes through all statements.
    mutating func judge() {
        let script = SQLScript(migration.sql)
        if let (what, line) = script.unterminated {
            add(.refusal, line, "", "\(what) begins here and never ends")
        }
        if let line = script.metacommandLine {
            add(.refusal, line, "", "a backslash outside of quotes would be a command of psql, not SQL")
        }
        for statement in script.statements { judge(statement) }
        newTableLines.subtract(otherLines)
        // Each file begins with the session's own path.
        if hasMovedSearchPath { created = created.filter(SQLReader.isQualified) }
    }

    /// Judges one statement.
    ///
    /// - Parameters:
    ///   - statement: The statement.
    ///   - isConditional: Whether it stands within code, and may not run.
    mutating func judge(_ statement: SQLStatement, isConditional: Bool = false) {
        let reader = SQLReader(statement)
        // Code may commit, where no transaction of ours is around it.
        if !isConditional || migration.isTransactional { judgeTransaction(reader, of: statement) }
        if reader.movesSearchPath {
            hasMovedSearchPath = true
            created = created.filter(SQLReader.isQualified)
            createdIndexes = createdIndexes.filter(SQLReader.isQualified)
        }
        if !isConditional {
            if let key = reader.createdTable { created.insert(key) }
            if let key = reader.createdIndex { createdIndexes.insert(key) }
        }
        if let key = reader.tableKey, created.contains(key) {
            newTableLines.formUnion(statement.line...statement.lastLine)
            // Behind it, the name may mean another table.
            if reader.givesUpName { created.remove(key) }
            return
        }
        otherLines.formUnion(statement.line...statement.lastLine)
        let words = reader.words
        switch words.first {
        case "DROP": judgeDrop(reader, of: statement)
        case "ALTER": judgeAlter(reader, of: statement)
        case "CREATE": judgeCreate(reader, of: statement)
        case "TRUNCATE": add(.contract, statement, "takes all rows of \(reader.table ?? "a table")")
        case "REVOKE": add(.contract, statement, "takes a right away that the release before may need")
        case "DELETE", "UPDATE", "MERGE":
            add(.warning, statement, "changes rows that the release before reads")
        case "LOCK", "CLUSTER": judgeLock(reader, of: statement, "locks")
        case "REINDEX" where !words.contains("CONCURRENTLY"): judgeLock(reader, of: statement, "locks")
        case "VACUUM" where reader.isFullVacuum: judgeLock(reader, of: statement, "locks")
        case "DO": judgeCode(of: statement)
        case "CALL": add(.warning, statement, "what its code does cannot be told beforehand")
        default: break
        }
    }

    // MARK: - Kinds of statements

    private mutating func judgeDrop(_ reader: SQLReader, of statement: SQLStatement) {
        if reader.words.dropFirst().first == "INDEX" {
            if !reader.droppedIndexes.allSatisfy(createdIndexes.contains) {
                add(
                    .contract, statement,
                    "takes an index away that may be unique: ON CONFLICT of the release before may need it")
            }
            createdIndexes.subtract(reader.droppedIndexes)
            if !reader.words.contains("CONCURRENTLY") {
                add(.note, statement, "locks the table of the index for a moment")
            }
            return
        }
        let kind = reader.objectKind
        add(.contract, statement, "takes a \(kind) away that the release before may use")
    }

    private mutating func judgeCreate(_ reader: SQLReader, of statement: SQLStatement) {
        let words = reader.words
        if words.contains("INDEX"), words.firstIndex(of: "INDEX").map({ $0 <= 2 }) ?? false {
            if words.contains("UNIQUE") {
                add(.warning, statement, "a constraint holds for what the release before writes, too")
            }
            if !words.contains("CONCURRENTLY") { judgeLock(reader, of: statement, "locks") }
        } else if words.dropFirst().starts(with: ["OR", "REPLACE"]) {
            add(.warning, statement, "replaces a \(reader.objectKind) that the release before may use")
        } else if words.contains("TRIGGER") || words.contains("RULE") {
            add(.warning, statement, "acts on what the release before writes, too")
        }
    }

    /// A table that is locked for as long as it is big.
    mutating func judgeLock(_ reader: SQLReader, of statement: SQLStatement, _ verb: String) {
        let table = reader.table ?? "a table"
        let count = reader.table.flatMap { rows[$0] } ?? 0
        if count >= bigTable {
            let advice =
                reader.words.contains("INDEX")
                ? "; CREATE INDEX CONCURRENTLY in a file that begins with -- no-transaction does not" : ""
            add(.blocking, statement, "\(verb) \(table), which has about \(count) rows, against writing\(advice)")
        } else {
            add(.note, statement, "\(verb) \(table) against writing while it runs")
        }
    }

    private mutating func judgeTransaction(_ reader: SQLReader, of statement: SQLStatement) {
        let words = reader.words
        let controls: Set = ["BEGIN", "COMMIT", "ROLLBACK", "ABORT", "END", "SAVEPOINT", "RELEASE", "START"]
        if let first = words.first, controls.contains(first) || words.starts(with: ["PREPARE", "TRANSACTION"]) {
            add(
                .refusal, statement,
                "a migration runs in a transaction of its own, together with its row in the table: leave this out")
        }
        guard migration.isTransactional else { return }
        let isOutside =
            words.contains("CONCURRENTLY") && !words.contains("REFRESH") || ["VACUUM"].contains(words.first)
            || words.starts(with: ["ALTER", "SYSTEM"]) || words.starts(with: ["CREATE", "DATABASE"])
            || words.starts(with: ["DROP", "DATABASE"])
        if isOutside {
            add(.refusal, statement, "this cannot run in a transaction: begin the file with the line -- no-transaction")
        }
    }

    // MARK: - Reasons

    mutating func add(_ weight: MigrationReason.Weight, _ statement: SQLStatement, _ message: String) {
        let reason = MigrationReason(weight, line: statement.line, statement: statement.summary, message)
        if !reasons.contains(reason) { reasons.append(reason) }
    }

    private mutating func add(
        _ weight: MigrationReason.Weight, _ line: Int, _ statement: String, _ message: String
    ) {
        reasons.append(MigrationReason(weight, line: line, statement: statement, message))
    }
}
