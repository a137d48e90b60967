/// What a run of migrations printed, read: what it applied, and why it stopped.
struct MigrationOutput: Sendable, Hashable {
    /// All lines.
    let lines: [String]

    init(_ text: String) {
        lines = text.split(whereSeparator: \.isNewline).map(String.init)
    }

    /// The versions that were applied, in order.
    var applied: [Int] { versions("applied") }

    /// The versions that follow a word of ours.
    func versions(_ word: String) -> [Int] {
        lines.compactMap { line in
            let prefix = "deploykit: \(word) "
            return line.hasPrefix(prefix) ? Int(line.dropFirst(prefix.count)) : nil
        }
    }

    /// PostgreSQL's message, as `psql` tells it; nil where there is none.
    struct Message: Sendable, Hashable {
        /// The line of what `psql` was told.
        var line: Int
        /// The five characters of its code: `42P07`.
        var code: String
        /// The message itself.
        var text: String
        /// The detail, the hint, the context: a line each, as PostgreSQL names them.
        var more: [String]
    }

    /// The first error.
    var message: Message? {
        guard let index = lines.firstIndex(where: { $0.contains("ERROR:  ") || $0.contains("FATAL:  ") }) else {
            return nil
        }
        let line = lines[index]
        guard let mark = line.ranges(of: "ERROR:  ").first ?? line.ranges(of: "FATAL:  ").first else { return nil }
        // `psql:/tmp/tmp.x:12: ERROR:  42P07: relation "x" already exists`
        let numbers = line[..<mark.lowerBound].split(separator: ":").compactMap { Int($0.filter { $0 != " " }) }
        let words = line[mark.upperBound...]
        let code = words.prefix(5)
        let hasCode = words.dropFirst(5).hasPrefix(": ")
        let kinds = ["DETAIL:  ", "HINT:  ", "CONTEXT:  ", "LINE "]
        let more = lines[(index + 1)...].prefix { !$0.contains("STATEMENT:  ") }
            .filter { line in kinds.contains { line.hasPrefix($0) } }
        return Message(
            line: numbers.last ?? 0, code: hasCode ? String(code) : "",
            text: String(hasCode ? words.dropFirst(7) : words), more: Array(more))
    }
}

extension DeployError {
    /// Why migrations stopped, from what their session printed.
    ///
    /// - Parameters:
    ///   - output: What it printed.
    ///   - session: What it was told; nil when a command of the application ran them.
    ///   - policy: The environment's policy.
    ///   - release: The release that wants them.
    init(
        migrating output: MigrationOutput, session: MigrationSession?, policy: MigrationPolicy, release: Release.ID
    ) {
        let message = output.message
        let place = message.flatMap { session?.place(ofLine: $0.line) }
        var evidence: [String] = []
        if let place {
            evidence.append("file: \(policy.directory)/\(place.migration.file)")
            if let statement = place.statement {
                evidence.append("statement, line \(statement.line): \(statement.summary)")
            }
        }
        if let message {
            evidence.append("PostgreSQL: \(message.text)\(message.code.isEmpty ? "" : " (\(message.code))")")
            evidence += message.more.map { "  \($0)" }
        }
        if session == nil || message == nil {
            evidence += output.lines.filter { !$0.hasPrefix("deploykit: ") }.suffix(20)
        }
        if !output.applied.isEmpty {
            evidence.append("applied before it, and still there: \(output.applied.map(String.init).list)")
        }
        if let place, !place.migration.isTransactional {
            evidence.append("it ran without a transaction: what came before the statement stays, and its row says so")
        }
        let subject = place.map { "the migration \($0.migration.label)" } ?? "the migrations of release \(release)"
        self.init(
            .migration, "\(subject) failed: \(Self.cause(message, output: output, policy: policy))",
            evidence: evidence, next: Self.next(message, output: output, place: place?.migration, policy: policy))
        facts = Self.facts(message, output: output, place: place, policy: policy)
    }

    /// What may be known of it for ever: where it was, and PostgreSQL's code.
    private static func facts(
        _ message: MigrationOutput.Message?, output: MigrationOutput,
        place: (migration: Migration, statement: SQLStatement?)?, policy: MigrationPolicy
    ) -> [String] {
        var facts = output.versions("stopped").map { "\($0) was stopped half way before" }
        facts += output.versions("changed").map { "\($0) was changed after it was applied" }
        if let place {
            facts.append("file \(policy.directory)/\(place.migration.file)")
            if let line = place.statement?.line { facts.append("line \(line)") }
        }
        // What an application prints may look like PostgreSQL's words.
        if let code = message?.code, code.utf8.count == 5,
            code.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) })
        {
            facts.append("SQLSTATE \(code)")
        }
        return facts
    }

    private static func cause(
        _ message: MigrationOutput.Message?, output: MigrationOutput, policy: MigrationPolicy
    ) -> String {
        if let version = output.versions("stopped").first { return "\(version) was stopped half way before" }
        if let version = output.versions("changed").first { return "\(version) was changed after it was applied" }
        guard let message else {
            let words = output.lines.last { !$0.hasPrefix("deploykit: ") && $0.first?.isWhitespace == false }
            return words ?? "nothing was said of the reason"
        }
        switch message.code {
        case "55P03" where message.text.hasPrefix("another session"): return message.text
        case "55P03": return "it waited for a lock longer than \(policy.lockTimeout.inWords)"
        case "57014": return "a statement took longer than \(policy.statementTimeout.inWords)"
        default: return message.text
        }
    }

    private static func next(
        _ message: MigrationOutput.Message?, output: MigrationOutput, place: Migration?, policy: MigrationPolicy
    ) -> String {
        if let version = output.versions("stopped").first { return Planner.advice(forStopped: version, policy: policy) }
        if output.versions("changed").first != nil { return Planner.adviceForChanged }
        if ["55P03", "57014"].contains(message?.code) {
            return "See who holds the lock in pg_stat_activity, then deploy again; or raise the limit in the policy."
        }
        let file = place.map { "\(policy.directory)/\($0.file)" } ?? "the migration"
        return "Mend \(file) and deploy again; status shows what serves."
    }
}
