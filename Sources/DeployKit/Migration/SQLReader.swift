/// What can be read off a statement's first words.
struct SQLReader {
    let statement: SQLStatement
    /// Its words in capitals, and its signs.
    let words: [String]

    init(_ statement: SQLStatement) {
        self.statement = statement
        self.words = statement.keywords
    }

    /// What a `CREATE` or a `DROP` is about, in lower case: `table`, `materialized view`.
    var objectKind: String {
        var rest = words.dropFirst()
        if rest.starts(with: ["OR", "REPLACE"]) { rest = rest.dropFirst(2) }
        let kind = rest.first ?? "thing"
        return (kind == "MATERIALIZED" ? "materialized view" : kind).lowercased()
    }

    /// The table that the statement makes, as ``tableKey`` names it; nil when it makes none, or may find it there.
    ///
    /// One that is made only where it does not exist may be in use for long, and a temporary one hides another.
    var createdTable: String? {
        guard let index = createdTableIndex, !words[..<index].contains(where: Self.temporary.contains),
            !words[(index + 1)...].starts(with: ["IF", "NOT", "EXISTS"])
        else { return nil }
        return key(at: index + 1)
    }

    /// The index that the statement makes, as ``droppedIndexes`` names it; nil when it makes none, or may find it there.
    var createdIndex: String? {
        guard words.first == "CREATE", let index = words.firstIndex(of: "INDEX"), index <= 2 else { return nil }
        let start = words[(index + 1)...].first == "CONCURRENTLY" ? index + 2 : index + 1
        guard let table = words[start...].firstIndex(of: "ON"), start < table,
            !words[start...].starts(with: ["IF", "NOT", "EXISTS"])
        else { return nil }
        // It comes to be in the schema of its table.
        let schema = names(at: table + 1)?.dropLast() ?? []
        return names(at: start).map { Self.key(schema + $0) }
    }

    /// The indexes that a `DROP INDEX` takes away.
    var droppedIndexes: [String] {
        var keys: [String] = []
        var start = 2
        while start < words.count, let end = position(afterNameAt: start) {
            if let key = key(at: start) { keys.append(key) }
            guard end < words.count, words[end] == "," else { break }
            start = end + 1
        }
        return keys
    }

    /// The table that the statement is about, without its schema; nil when it is about none, or about several.
    var table: String? { tableIndex.flatMap { names(at: $0)?.last } }

    /// The table that the statement is about, with its schema where it names one.
    var tableKey: String? { tableIndex.flatMap(key) }

    private var createdTableIndex: Int? {
        guard words.first == "CREATE", let index = words.firstIndex(of: "TABLE"), index <= 3 else { return nil }
        return index
    }

    /// Where the name of the table stands that the statement is about.
    private var tableIndex: Int? {
        if let createdTableIndex { return createdTableIndex + 1 }
        switch words.first {
        case "ALTER", "DROP":
            guard let index = words.firstIndex(of: "TABLE"), index <= 2 else { return nil }
            return words.first == "DROP" && words.contains(",") ? nil : index + 1
        case "CREATE":
            guard let index = words.firstIndex(of: "ON"), words.contains("INDEX") || words.contains("TRIGGER")
            else { return nil }
            return index + 1
        case "TRUNCATE", "LOCK": return words.contains(",") ? nil : words.dropFirst().first == "TABLE" ? 2 : 1
        case "UPDATE": return 1
        case "DELETE", "INSERT", "MERGE": return 2
        case "REINDEX": return words.firstIndex(of: "TABLE").map { $0 + 1 }
        case "CLUSTER", "VACUUM":
            let index = words.indices.first { $0 >= positionAfterOptions && !Self.options.contains(words[$0]) }
            // An older form: `CLUSTER index ON table`.
            guard let index, let end = position(afterNameAt: index) else { return nil }
            return end < words.count && words[end] == "ON" ? end + 1 : index
        default: return nil
        }
    }

    /// Whether the table has its name no longer behind the statement.
    var givesUpName: Bool {
        words.first == "DROP"
            || alterActions.contains { $0.starts(with: ["RENAME", "TO"]) || $0.starts(with: ["SET", "SCHEMA"]) }
    }

    /// What an `ALTER` of something that is no table does: the words behind its name.
    var alterChanges: [String] {
        let start = words.dropFirst().first == "MATERIALIZED" ? 3 : 2
        return position(afterNameAt: start).map { Array(words[$0...]) } ?? []
    }

    /// Whether names without a schema mean other tables from this statement on.
    var movesSearchPath: Bool {
        switch words.first {
        case "SET", "RESET": words.prefix(3).contains { ["SEARCH_PATH", "SCHEMA", "ALL"].contains($0) }
        default: words.contains("SET_CONFIG")
        }
    }

    /// Whether a `VACUUM` writes the table anew.
    var isFullVacuum: Bool {
        words.first == "VACUUM" && words[..<(tableIndex ?? words.count)].contains("FULL")
    }

    private var positionAfterOptions: Int {
        words.dropFirst().first == "(" ? (words.firstIndex(of: ")") ?? 0) + 1 : 1
    }

    /// The actions of an `ALTER TABLE`, their words in capitals.
    var alterActions: [[String]] {
        guard let start = words.firstIndex(of: "TABLE").flatMap({ position(afterNameAt: $0 + 1) }) else { return [] }
        var actions: [[String]] = [[]]
        var depth = 0
        for word in words[start...] {
            switch word {
            case "(": depth += 1
            case ")": depth -= 1
            case "," where depth == 0:
                actions.append([])
                continue
            default: break
            }
            actions[actions.count - 1].append(word)
        }
        return actions.filter { !$0.isEmpty }
    }

    private static let qualifiers: Set = ["IF", "NOT", "EXISTS", "ONLY", "CONCURRENTLY"]
    private static let temporary: Set = ["TEMP", "TEMPORARY"]
    private static let options: Set = ["FULL", "FREEZE", "VERBOSE", "ANALYZE"]

    /// The parts of a name at a position, behind words like `IF EXISTS`.
    private func names(at start: Int) -> [String]? {
        position(afterNameAt: start).map { end in
            (start..<end).compactMap { Self.qualifiers.contains(words[$0]) ? nil : statement.tokens[$0].name }
        }
    }

    private func key(at start: Int) -> String? { names(at: start).map(Self.key) }

    /// A name with its schema: no name holds the byte between them, but one may hold a dot.
    private static func key(_ names: [String]) -> String { names.joined(separator: "\0") }

    /// Whether a name says what schema it is in.
    static func isQualified(_ key: String) -> Bool { key.contains("\0") }

    private func position(afterNameAt start: Int) -> Int? {
        var index = start
        while index < words.count, Self.qualifiers.contains(words[index]) { index += 1 }
        guard index < words.count, statement.tokens[index].name != nil else { return nil }
        index += 1
        while index + 1 < words.count, words[index] == ".", statement.tokens[index + 1].name != nil { index += 2 }
        if index < words.count, words[index] == "*" { index += 1 }
        return index
    }
}
