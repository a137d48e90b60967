internal import DeployKit

/// The migrations of a plan in words: what each does to the release before, and why.
enum MigrationText {
    /// Renders them; empty without any.
    static func render(_ plan: Plan) -> String {
        guard !plan.migrations.isEmpty else { return "" }
        let width = plan.migrations.map { label($0).count }.max() ?? 0
        var text = ""
        for migration in plan.migrations {
            let allowed = migration.isAllowed && migration.needsConsent ? ", asked for" : ""
            let gap = String(repeating: " ", count: width - label(migration).count + 2)
            text += "  migration \(label(migration))\(gap)\(migration.change.rawValue)\(allowed)\n"
            for reason in migration.reasons {
                let statement = reason.statement.isEmpty ? "" : ": \(reason.statement)"
                text += "    line \(reason.line)\(statement)\n      \(reason.weight.rawValue): \(reason.message)\n"
            }
        }
        let hasCheckpoint = plan.steps.contains { $0.name == "checkpoint" }
        let checkpoint = hasCheckpoint ? "the database is dumped first" : "no dump is made first"
        return text + "  schema: \(words(plan)); \(checkpoint)\n"
    }

    private static func label(_ migration: PendingMigration) -> String { "\(migration.version)_\(migration.name)" }

    private static func words(_ plan: Plan) -> String {
        switch plan.schemaChange {
        case .none: "as it is"
        case .expand where plan.before == nil: "new"
        case .expand: "only added to; a rollback stays possible"
        case .contract: "rollback ends here"
        }
    }
}
