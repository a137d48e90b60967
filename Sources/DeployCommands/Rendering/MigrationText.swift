internal import DeployKit

/// The migrations of a plan in words: what each does to the release before, and why.
enum MigrationText {
    /// Renders them; empty without any.
    static func render(_ plan: Plan) -> String {
        guard !plan.migrations.isEmpty else { return "" }
        var table = Table("  migration", "class")
        for migration in plan.migrations {
            let allowed = migration.isAllowed && migration.needsConsent ? ", asked for" : ""
            table.add("  \(migration.version)_\(migration.name)", migration.change.rawValue + allowed)
            for reason in migration.reasons {
                table.add("    line \(reason.line): \(reason.statement.isEmpty ? "-" : reason.statement)")
                table.add("      \(reason.weight.rawValue): \(reason.message)")
            }
        }
        let hasCheckpoint = plan.steps.contains { $0.name == "checkpoint" }
        let checkpoint = hasCheckpoint ? "the database is dumped first" : "no dump is made first"
        return table.text + "  schema: \(words(plan)); \(checkpoint)\n"
    }

    private static func words(_ plan: Plan) -> String {
        switch plan.schemaChange {
        case .none: "as it is"
        case .expand where plan.before == nil: "new"
        case .expand: "only added to; a rollback stays possible"
        case .contract: "rollback ends here"
        }
    }
}
