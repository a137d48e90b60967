/// Our own rules: what each statement of a migration means for the release before, which runs on against its result.
struct MigrationRules {
    let migration: Migration
    let rows: [String: Int]
    let bigTable: Int
    /// The tables that pending migrations made so far: no release uses them yet.
    private(set) var created: Set<String>
    private(set) var reasons: [MigrationReason] = []
    /// The lines of statements about tables that are new.
    private(set) var newTableLines: Set<Int> = []

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
    }

    private mutating func judge(_ statement: SQLStatement) {
        let reader = SQLReader(statement)
        judgeTransaction(reader, of: statement)
        if let name = reader.createdTable { created.insert(name) }
        if let table = reader.table, created.contains(table) {
            newTableLines.formUnion(statement.line...statement.lastLine)
            return
        }
        let words = reader.words
        switch words.first {
        case "DROP": judgeDrop(reader, of: statement)
        case "ALTER": judgeAlter(reader, of: statement)
        case "CREATE": judgeCreate(reader, of: statement)
        case "TRUNCATE": add(.contract, statement, "takes all rows of \(reader.table ?? "a table")")
        case "REVOKE": add(.contract, statement, "takes a right away that the release before may need")
        case "DELETE", "UPDATE", "MERGE":
            add(.warning, statement, "changes rows that the release before reads")
        case "LOCK", "CLUSTER", "REINDEX": judgeLock(reader, of: statement, "locks")
        case "VACUUM" where words.contains("FULL"): judgeLock(reader, of: statement, "locks")
        case "DO", "CALL": judgeBody(statement)
        default: break
        }
    }

    // MARK: - Kinds of statements

    private mutating func judgeDrop(_ reader: SQLReader, of statement: SQLStatement) {
        // An index is no promise to anybody; the queries stay right.
        if reader.words.dropFirst().first == "INDEX" {
            if !reader.words.contains("CONCURRENTLY") {
                add(.note, statement, "locks the table of the index for a moment")
            }
            return
        }
        let kind = reader.objectKind
        add(.contract, statement, "takes a \(kind) away that the release before may use")
    }

    private mutating func judgeAlter(_ reader: SQLReader, of statement: SQLStatement) {
        let words = reader.words
        let kind = words.dropFirst().first ?? ""
        guard kind == "TABLE" || (kind == "FOREIGN" && words.dropFirst(2).first == "TABLE") else {
            if words.contains("RENAME"), kind != "INDEX" {
                add(.contract, statement, "renames what the release before knows by its old name")
            } else if words.contains("SCHEMA"), words.contains("SET") {
                add(.contract, statement, "moves what the release before looks for where it was")
            } else if kind == "TYPE" || kind == "DOMAIN", words.contains("DROP") || words.dropFirst().contains("ALTER")
            {
                add(.contract, statement, "changes a type that the release before uses")
            }
            return
        }
        for action in reader.alterActions {
            if let (weight, message) = MigrationRules.meaning(of: action) { add(weight, statement, message) }
            if action.first == "ADD", !action.contains("VALID"),
                ["CHECK", "FOREIGN", "UNIQUE", "EXCLUDE", "PRIMARY"].contains(where: action.contains)
            {
                judgeLock(reader, of: statement, "checks all rows, and locks")
            }
        }
    }

    /// What an action of `ALTER TABLE` means; nil where it only adds.
    private static func meaning(of action: [String]) -> (MigrationReason.Weight, String)? {
        switch action.first {
        case "DROP" where action.dropFirst().first == "CONSTRAINT":
            return (.contract, "takes a constraint away that the release before may rely on")
        case "DROP":
            return (.contract, "takes a column away that the release before may use")
        case "RENAME" where action.dropFirst().first == "CONSTRAINT":
            return (.note, "renames a constraint")
        case "RENAME":
            return (.contract, "renames what the release before knows by its old name")
        case "SET" where action.dropFirst().first == "SCHEMA":
            return (.contract, "moves the table away from where the release before looks for it")
        case "DETACH":
            return (.contract, "takes a partition away with its rows")
        case "ENABLE" where action.contains("SECURITY"), "FORCE" where action.contains("SECURITY"):
            return (.contract, "hides rows that the release before may need")
        case "ALTER":
            return meaning(ofColumn: action)
        case "ADD":
            return meaning(ofAddition: action)
        default:
            return nil
        }
    }

    private static func meaning(ofColumn action: [String]) -> (MigrationReason.Weight, String)? {
        if action.contains("TYPE") { return (.contract, "changes the type of a column that the release before uses") }
        let changes = zip(action, action.dropFirst())
        if changes.contains(where: { $0 == ("SET", "NOT") }) {
            return (.contract, "refuses the NULLs that the release before may write")
        }
        if changes.contains(where: { $0 == ("DROP", "NOT") }) {
            return (.contract, "allows NULLs that the release before may not expect")
        }
        if changes.contains(where: { $0 == ("DROP", "DEFAULT") || $0 == ("DROP", "IDENTITY") }) {
            return (.contract, "takes a default away that the release before may count on")
        }
        return nil
    }

    private static func meaning(ofAddition action: [String]) -> (MigrationReason.Weight, String)? {
        let second = action.dropFirst().first ?? ""
        let constraints: Set = ["CONSTRAINT", "CHECK", "FOREIGN", "UNIQUE", "EXCLUDE", "PRIMARY"]
        if constraints.contains(second) {
            return (.warning, "a constraint holds for what the release before writes, too")
        }
        let isNotNull = zip(action, action.dropFirst()).contains { $0 == ("NOT", "NULL") }
        let fills = ["DEFAULT", "GENERATED", "SERIAL", "BIGSERIAL", "SMALLSERIAL"]
        if isNotNull || action.contains("PRIMARY"), !fills.contains(where: action.contains) {
            return (.contract, "a column that is NOT NULL without a default refuses the rows of the release before")
        }
        return nil
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
    private mutating func judgeLock(_ reader: SQLReader, of statement: SQLStatement, _ verb: String) {
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

    private mutating func judgeBody(_ statement: SQLStatement) {
        let bodies = statement.tokens.filter { $0.kind == .body || $0.kind == .string }.map(\.text)
        let words = bodies.flatMap { SQLReader.words(of: $0) }
        let taking: Set = ["DROP", "RENAME", "TRUNCATE", "REVOKE", "TYPE"]
        if words.contains("EXECUTE") || words.contains(where: taking.contains) {
            add(.contract, statement, "its code may take something away: nobody can tell beforehand")
        } else {
            add(.warning, statement, "what its code does cannot be told beforehand")
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

    private mutating func add(_ weight: MigrationReason.Weight, _ statement: SQLStatement, _ message: String) {
        let reason = MigrationReason(weight, line: statement.line, statement: statement.summary, message)
        if !reasons.contains(reason) { reasons.append(reason) }
    }

    private mutating func add(
        _ weight: MigrationReason.Weight, _ line: Int, _ statement: String, _ message: String
    ) {
        reasons.append(MigrationReason(weight, line: line, statement: statement, message))
    }
}
