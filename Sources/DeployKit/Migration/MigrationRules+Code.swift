extension MigrationRules {
    /// Judges the code of a `DO`, statement by statement.
    ///
    /// What runs text, or cannot be read, is searched for the words of what takes away.
    mutating func judgeCode(of statement: SQLStatement) {
        let keywords = statement.keywords
        let language = keywords.firstIndex(of: "LANGUAGE").flatMap { index in
            index + 1 < statement.tokens.count ? statement.tokens[index + 1].text.lowercased() : nil
        }
        guard language == nil || language == "plpgsql",
            let body = statement.tokens.first(where: { $0.kind == .body || ($0.kind == .string && language != $0.text) }
            )
        else {
            add(.contract, statement, "its code may take something away: nobody can tell beforehand")
            return
        }
        let script = SQLScript(body.text)
        guard script.unterminated == nil else {
            judgeWords(script.statements.flatMap(\.keywords), of: statement)
            return
        }
        var code = SQLCode()
        for part in script.statements {
            guard let inner = code.statement(in: part) else { continue }
            let placed = inner.moved(by: body.line - 1)
            if SQLCode.isStatement(inner) {
                judge(placed, isConditional: true)
            } else if !SQLCode.isHarmless(inner) {
                judgeWords(inner.keywords, of: placed)
            }
        }
    }

    /// Judges what is not SQL by its words.
    private mutating func judgeWords(_ words: [String], of statement: SQLStatement) {
        let taking: Set = ["EXECUTE", "ALTER", "DROP", "RENAME", "TRUNCATE", "REVOKE"]
        if words.contains(where: taking.contains) {
            add(.contract, statement, "its code may take something away: nobody can tell beforehand")
        } else {
            add(.warning, statement, "what its code does cannot be told beforehand")
        }
    }
}

/// Finds the SQL in code of PL/pgSQL, which puts words of its own in front: `IF … THEN ALTER TABLE …`.
struct SQLCode {
    private var isDeclaring = false

    /// The statement without the words that only lead to it; nil when there is nothing else.
    mutating func statement(in part: SQLStatement) -> SQLStatement? {
        var tokens = part.tokens[...]
        while let word = tokens.first?.keyword {
            switch word {
            case "BEGIN":
                isDeclaring = false
                tokens = tokens.dropFirst()
            case "DECLARE":
                isDeclaring = true
                tokens = tokens.dropFirst()
            case "ELSE", "LOOP": tokens = tokens.dropFirst()
            case "IF", "ELSIF", "ELSEIF", "WHEN", "EXCEPTION", "CASE":
                guard let rest = Self.rest(of: tokens.dropFirst(), behind: "THEN") else {
                    return Self.cut(part, tokens)
                }
                tokens = rest
            case "WHILE", "FOR", "FOREACH":
                guard let rest = Self.rest(of: tokens, behind: "LOOP") else { return Self.cut(part, tokens) }
                tokens = rest
            case "<":
                guard let rest = Self.rest(of: tokens, behind: ">") else { return Self.cut(part, tokens) }
                tokens = rest.dropFirst()
            case "END": return nil
            default: return isDeclaring ? nil : Self.cut(part, tokens)
            }
        }
        return nil
    }

    /// Whether it is SQL, whose first word tells what it does.
    static func isStatement(_ statement: SQLStatement) -> Bool {
        let words: Set = [
            "ALTER", "ANALYZE", "CLUSTER", "COMMENT", "COMMIT", "CREATE", "DELETE", "DO", "DROP", "GRANT", "INSERT",
            "LOCK", "MERGE", "REFRESH", "REINDEX", "RESET", "REVOKE", "ROLLBACK", "SET", "TRUNCATE", "UPDATE", "VACUUM",
        ]
        return words.contains(statement.keywords.first ?? "")
    }

    /// Whether it changes nothing.
    static func isHarmless(_ statement: SQLStatement) -> Bool {
        let words: Set = ["NULL", "RAISE", "RETURN", "EXIT", "CONTINUE", "ASSERT"]
        return words.contains(statement.keywords.first ?? "")
    }

    /// What stands behind a word that is in no parentheses and in no `CASE`.
    private static func rest(
        of tokens: ArraySlice<SQLToken>, behind word: String
    ) -> ArraySlice<SQLToken>? {
        var depth = 0
        for index in tokens.indices {
            switch tokens[index].keyword {
            case "(", "CASE": depth += 1
            case ")", "END": depth -= 1
            case word where depth == 0: return tokens[(index + 1)...]
            default: break
            }
        }
        return nil
    }

    private static func cut(_ part: SQLStatement, _ tokens: ArraySlice<SQLToken>) -> SQLStatement? {
        guard let start = tokens.first, let whole = part.tokens.first else { return nil }
        var statement = part
        statement.tokens = Array(tokens)
        statement.line = start.line
        statement.text = String(decoding: part.text.utf8.dropFirst(start.offset - whole.offset), as: UTF8.self)
        return statement
    }
}

extension SQLStatement {
    /// The statement so many lines further down.
    fileprivate func moved(by lines: Int) -> SQLStatement {
        var statement = self
        statement.line += lines
        statement.lastLine += lines
        return statement
    }
}
