internal import ArgumentParser
internal import DeployKit

/// Shows what `deploy` would do, and changes nothing.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what deploy would do on the droplet, changing nothing.")

    @OptionGroup var project: ProjectOptions
    @OptionGroup var release: ReleaseOptions
    @OptionGroup var schema: SchemaOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var pace: PaceOptions
    @OptionGroup var gates: GateRecordOptions

    @Flag(help: "Plan as if the serving release might stop before the next one runs, where memory is short.")
    var allowDowntime = false

    func run() async throws {
        let context = try await CommandContext.active.taking(release, of: project)
        let settings = try context.auditSettings()
        let allowed = try schema.allowed(context.variables)
        var candidate = try await context.candidates.candidate(project, context: context)
        candidate.findings += await context.gateFindings(gates.gateRecord, in: project.projectDirectory)
        let plan = try await context.droplet.withDroplet(context) { [candidate] droplet in
            var deployment = context.deployment(
                on: droplet, allowsDowntime: allowDowntime, allowedContracts: allowed,
                in: try pace.applied(to: context.environment))
            deployment.audit = settings
            return try await deployment.plan(candidate)
        }
        context.workflow?.add { $0.plan(plan) }
        context.write(format.output == .json ? JSONText.pretty(PlanReport(plan)) : PlanText.render(plan))
        if !plan.refusals.isEmpty { throw ExitCode(DeployError.Code.refused.exitCode) }
    }
}
