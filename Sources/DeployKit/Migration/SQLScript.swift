/// A file of SQL taken apart into its statements, as PostgreSQL's own client splits it.
///
/// It knows strings, quoted names, dollar quotes, comments and SQL functions' bodies; it checks no grammar.
struct SQLScript: Sendable, Hashable {
    /// The statements, in order; an empty one is none.
    private(set) var statements: [SQLStatement] = []
    /// What begins and never ends, with its line; nil when all is well.
    private(set) var unterminated: (what: String, line: Int)?
    /// The first line with a backslash that the client would take for a command of its own.
    private(set) var metacommandLine: Int?

    /// Takes a text apart.
    init(_ text: String) {
        var lexer = SQLLexer(text)
        var tokens: [SQLToken] = []
        var parentheses = 0
        var bodies = 0
        var end = lexer.position
        func statement(upTo end: Int) -> SQLStatement? {
            guard let first = tokens.first, let last = tokens.last else { return nil }
            return SQLStatement(
                text: lexer.text(from: first.offset, to: end), line: first.line, lastLine: last.lastLine,
                tokens: tokens)
        }
        while let token = lexer.next() {
            switch token.text {
            case "(" where token.kind == .symbol: parentheses += 1
            case ")" where token.kind == .symbol: parentheses -= 1
            case "\\" where token.kind == .symbol: metacommandLine = metacommandLine ?? token.line
            case ";" where token.kind == .symbol && parentheses <= 0 && bodies == 0:
                if let statement = statement(upTo: end) { statements.append(statement) }
                tokens = []
                parentheses = 0
                continue
            default: bodies = Self.bodies(after: token, in: tokens, open: bodies)
            }
            tokens.append(token)
            end = lexer.position
        }
        if let statement = statement(upTo: end) { statements.append(statement) }
        if let open = lexer.unterminated {
            unterminated = open
        } else if bodies > 0 || parentheses > 0 {
            unterminated = (bodies > 0 ? "BEGIN ATOMIC" : "a parenthesis", tokens.first?.line ?? 1)
        }
    }

    /// How many bodies of SQL functions, and `CASE` in them, are open after a token.
    private static func bodies(after token: SQLToken, in tokens: [SQLToken], open: Int) -> Int {
        guard token.kind == .word else { return open }
        switch token.keyword {
        case "ATOMIC" where open == 0 && tokens.last?.keyword == "BEGIN" && tokens.first?.keyword == "CREATE": return 1
        case "CASE" where open > 0: return open + 1
        case "END" where open > 0: return open - 1
        default: return open
        }
    }

    static func == (left: SQLScript, right: SQLScript) -> Bool { left.statements == right.statements }

    func hash(into hasher: inout Hasher) { hasher.combine(statements) }
}

/// One statement of a file.
struct SQLStatement: Sendable, Hashable {
    /// As it stands in the file, without the semicolon.
    var text: String
    /// The line that it begins on, from 1.
    var line: Int
    /// The line that it ends on.
    var lastLine: Int
    /// Its words and signs.
    var tokens: [SQLToken]

    /// Its words in capitals; what is quoted is as it was.
    var keywords: [String] { tokens.map(\.keyword) }

    /// The statement on one line, cut where it is long.
    var summary: String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= 100 ? line : line.prefix(99) + "…"
    }
}

/// A word or a sign of a statement.
struct SQLToken: Sendable, Hashable {
    /// What it is.
    enum Kind: Sendable, Hashable {
        /// A key word or a name without quotes, or a number.
        case word
        /// A name in double quotes, without them.
        case quotedName
        /// A text in single quotes, without them.
        case string
        /// What stands between dollar quotes.
        case body
        /// Anything else: one character.
        case symbol
    }

    var kind: Kind
    var text: String
    var line: Int
    var lastLine: Int
    var offset: Int

    /// A word in capitals; anything else as it is, but never equal to a word.
    var keyword: String {
        switch kind {
        case .word: text.uppercased()
        case .symbol: text
        case .quotedName: "\"\(text)\""
        case .string: "''"
        case .body: "$$"
        }
    }

    /// The name as PostgreSQL compares it; nil for what is no name.
    var name: String? {
        switch kind {
        case .word: text.lowercased()
        case .quotedName: text
        case .string, .body, .symbol: nil
        }
    }
}
