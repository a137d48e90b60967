/// What can be read off a statement's first words.
struct SQLReader {
    let statement: SQLStatement
    /// Its words in capitals, and its signs.
    let words: [String]

    init(_ statement: SQLStatement) {
        self.statement = statement
        self.words = statement.keywords
    }

    /// The words of some code.
    static func words(of code: String) -> [String] { SQLScript(code).statements.flatMap(\.keywords) }

    /// What a `CREATE` or a `DROP` is about, in lower case: `table`, `materialized view`.
    var objectKind: String {
        var rest = words.dropFirst()
        if rest.starts(with: ["OR", "REPLACE"]) { rest = rest.dropFirst(2) }
        let kind = rest.first ?? "thing"
        return (kind == "MATERIALIZED" ? "materialized view" : kind).lowercased()
    }

    /// The table that the statement makes; nil when it makes none.
    var createdTable: String? {
        guard words.first == "CREATE", let index = words.firstIndex(of: "TABLE"), index <= 3 else { return nil }
        return name(at: index + 1)
    }

    /// The table that the statement is about; nil when it is about none, or about several.
    var table: String? {
        if let createdTable { return createdTable }
        switch words.first {
        case "ALTER", "DROP":
            guard let index = words.firstIndex(of: "TABLE"), index <= 2 else { return nil }
            return words.first == "DROP" && words.contains(",") ? nil : name(at: index + 1)
        case "CREATE":
            guard let index = words.firstIndex(of: "ON"), words.contains("INDEX") || words.contains("TRIGGER")
            else { return nil }
            return name(at: index + 1)
        case "TRUNCATE", "LOCK": return words.contains(",") ? nil : name(at: words.dropFirst().first == "TABLE" ? 2 : 1)
        case "UPDATE": return name(at: 1)
        case "DELETE", "INSERT", "MERGE": return name(at: 2)
        case "REINDEX", "CLUSTER", "VACUUM": return words.firstIndex(of: "TABLE").flatMap { name(at: $0 + 1) }
        default: return nil
        }
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

    /// The last part of a name at a position, behind words like `IF EXISTS`.
    private func name(at start: Int) -> String? {
        position(afterNameAt: start).flatMap { end in
            statement.tokens[start..<end].last { $0.keyword != "*" }?.name
        }
    }

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
