internal import ArgumentParser
internal import DeployKit

/// Makes a release that served before serve again.
struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Make the release before serve again: at once when it is on standby.")

    @Option(help: "The release to go back to; the one before by default.")
    var to: String?

    @Flag(help: "Show what would be done, and change nothing.")
    var plan = false

    @OptionGroup var lease: LeaseOptions
    @OptionGroup var audit: AuditOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var deadlines: DeadlineOptions

    @Flag(help: "Let the serving release stop before the other one runs, where memory holds only one.")
    var allowDowntime = false

    func run() async throws {
        let context = try CommandContext.active
        if plan { return try await rollBack(in: context) }
        try await context.telling(of: .rollback) { try await rollBack(in: $0) }
    }

    private func rollBack(in context: CommandContext) async throws {
        let target = try to.map { text in
            guard let id = Release.ID(rawValue: text) else {
                throw DeployError(.refused, "“\(text)” names no release", next: "See which there are with releases.")
            }
            return id
        }
        let settings = try plan ? context.auditSettings(audit) : context.admitted(audit)
        try await context.droplet.withDroplet(context) { droplet in
            var deployment = context.deployment(
                on: droplet, format: format.output, patience: lease.patience, allowsDowntime: allowDowntime,
                in: deadlines.applied(to: context.environment))
            deployment.audit = settings
            if plan {
                let plan = try await deployment.planRollback(to: target)
                context.workflow?.add { $0.plan(plan) }
                context.write(format.output == .json ? JSONText.pretty(PlanReport(plan)) : PlanText.render(plan))
                if !plan.refusals.isEmpty { throw ExitCode(DeployError.Code.refused.exitCode) }
            } else {
                let action = target.map { "rollback to \($0)" } ?? "rollback"
                _ = try await deployment.rollBack(to: target, as: context.owner(action))
            }
        }
    }
}
