import FoundationEssentials

/// Squawk, a linter of PostgreSQL migrations, where it is installed on the runner.
struct Squawk: Sendable {
    let shell: any Shell

    /// Rules about manners, and about limits that a rollout sets by itself.
    ///
    /// They are left out here: squawk refuses to run when it is told of a rule that its version does not have.
    private static let ignored: Set = [
        "require-lock-timeout", "require-statement-timeout", "prefer-robust-stmts", "prefer-bigint-over-int",
        "prefer-bigint-over-smallint", "prefer-text-field", "prefer-identity", "prefer-timestamptz", "ban-char-field",
        "transaction-nesting",
    ]

    /// The rules that say that the release before may not bear it.
    private static let contracting: Set = [
        "adding-not-nullable-field", "adding-required-field", "ban-drop-column", "ban-drop-database",
        "ban-drop-not-null", "ban-drop-table", "changing-column-type", "renaming-column", "renaming-table",
        "ban-truncate-cascade",
    ]

    /// Adds what it finds to migrations.
    ///
    /// - Parameters:
    ///   - migrations: The migrations, as their files in a folder of this machine are.
    ///   - folder: The folder.
    /// - Returns: The migrations with its findings; as they were where it is not installed.
    func lint(_ migrations: [Migration], in folder: String) async -> [Migration] {
        guard !migrations.isEmpty else { return migrations }
        let command = Command(
            ["squawk", "--reporter", "json"] + migrations.map { "\(folder)/\($0.file)" },
            deadline: .seconds(20))
        // It exits with 1 when it finds something; a program that is not there is none.
        guard let result = try? await shell.run(command) else { return migrations }
        let found = Self.read(result.output).filter { !Self.ignored.contains($0.ruleName) }
        return migrations.map { migration in
            var migration = migration
            let script = SQLScript(migration.sql)
            migration.lint = found.filter { $0.file.hasSuffix("/\(migration.file)") }
                .map { Self.reason($0, in: script) }
            return migration
        }
    }

    struct Report: Decodable {
        var file: String
        var line: Int
        var message: String
        var ruleName: String

        private enum CodingKeys: String, CodingKey {
            case file, line, message
            case ruleName = "rule_name"
        }
    }

    static func read(_ output: String) -> [Report] {
        (try? JSONDecoder().decode([Report].self, from: Data(output.utf8))) ?? []
    }

    private static func reason(_ report: Report, in script: SQLScript) -> MigrationReason {
        // Its lines begin at 0.
        let line = report.line + 1
        let statement = script.statements.first { ($0.line...$0.lastLine).contains(line) }
        let weight: MigrationReason.Weight = contracting.contains(report.ruleName) ? .contract : .warning
        return MigrationReason(
            weight, line: statement?.line ?? line, statement: statement?.summary ?? "",
            "squawk, \(report.ruleName): \(report.message)")
    }
}
