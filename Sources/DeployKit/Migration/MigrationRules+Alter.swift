extension MigrationRules {
    mutating func judgeAlter(_ reader: SQLReader, of statement: SQLStatement) {
        let words = reader.words
        let kind = words.dropFirst().first ?? ""
        guard kind == "TABLE" || (kind == "FOREIGN" && words.dropFirst(2).first == "TABLE") else {
            judgeAlter(kind, changes: reader.alterChanges, of: statement)
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

    /// Judges a change of something that is no table, by the words behind its name.
    private mutating func judgeAlter(_ kind: String, changes: [String], of statement: SQLStatement) {
        if changes.contains("RENAME"), kind != "INDEX" {
            add(.contract, statement, "renames what the release before knows by its old name")
        } else if changes.has("SET", "SCHEMA") {
            add(.contract, statement, "moves what the release before looks for where it was")
        } else if kind == "DOMAIN", changes.has("SET", "NOT") {
            add(.contract, statement, "refuses the NULLs that the release before may write")
        } else if kind == "DOMAIN", changes.first == "ADD" {
            add(.warning, statement, "a constraint holds for what the release before writes, too")
        } else if kind == "TYPE" || kind == "DOMAIN", changes.contains("DROP") || changes.contains("ALTER") {
            add(.contract, statement, "changes a type that the release before uses")
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
        // `ALTER [COLUMN] name …`: a column may have any name, that of a key word, too.
        var change = action.dropFirst()
        if change.first == "COLUMN" { change = change.dropFirst() }
        change = change.dropFirst()
        if change.first == "TYPE" || change.starts(with: ["SET", "DATA", "TYPE"]) {
            return (.contract, "changes the type of a column that the release before uses")
        }
        if change.starts(with: ["SET", "NOT"]) {
            return (.contract, "refuses the NULLs that the release before may write")
        }
        if change.starts(with: ["DROP", "NOT"]) {
            return (.contract, "allows NULLs that the release before may not expect")
        }
        if change.starts(with: ["DROP", "DEFAULT"]) || change.starts(with: ["DROP", "IDENTITY"]) {
            return (.contract, "takes a default away that the release before may count on")
        }
        return nil
    }

    private static func meaning(ofAddition action: [String]) -> (MigrationReason.Weight, String)? {
        var definition = action.dropFirst()
        let constraints: Set = ["CONSTRAINT", "CHECK", "FOREIGN", "UNIQUE", "PRIMARY"]
        // A column may be called `exclude`, without quotes.
        let excludes = definition.first == "EXCLUDE" && ["USING", "("].contains(definition.dropFirst().first)
        if excludes || constraints.contains(definition.first ?? "") {
            return (.warning, "a constraint holds for what the release before writes, too")
        }
        if definition.first == "COLUMN" { definition = definition.dropFirst() }
        if definition.starts(with: ["IF", "NOT", "EXISTS"]) { definition = definition.dropFirst(3) }
        guard requiresValue(type: Array(definition.dropFirst())) else { return nil }
        return (.contract, "a column that is NOT NULL without a default refuses the rows of the release before")
    }

    /// Whether a new column, of which the words from its type on are given, has to be named by whoever writes rows.
    private static func requiresValue(type words: [String]) -> Bool {
        let serials: Set = ["SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8"]
        var isNotNull = false
        var isFilled = serials.contains(words.first ?? "")
        var depth = 0
        for (index, word) in words.enumerated() {
            if word == "(" { depth += 1 }
            if word == ")" { depth -= 1 }
            // The first word is the type's; what is in parentheses belongs to an expression.
            guard depth == 0, index > 0 else { continue }
            let next = words[(index + 1)...].drop { $0 == "(" }.first
            switch word {
            case "NOT": isNotNull = isNotNull || next == "NULL"
            case "PRIMARY": isNotNull = true
            case "GENERATED": isFilled = true
            // `ON DELETE SET DEFAULT` sets none, and `DEFAULT NULL` is none.
            case "DEFAULT" where words[index - 1] != "SET": isFilled = next != "NULL"
            default: break
            }
        }
        return isNotNull && !isFilled
    }
}

extension [String] {
    /// Whether two words stand one behind the other.
    fileprivate func has(_ first: String, _ second: String) -> Bool {
        zip(self, dropFirst()).contains { $0 == (first, second) }
    }
}
