internal import ArgumentParser
internal import DeployKit

/// Shows what `deploy` would do, and changes nothing.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what deploy would do on the droplet, changing nothing.")

    @OptionGroup var project: ProjectOptions
    @OptionGroup var schema: SchemaOptions
    @OptionGroup var format: OutputOptions

    @Flag(help: "Plan as if the serving release might stop before the next one runs, where memory is short.")
    var allowDowntime = false

    func run() async throws {
        let context = try CommandContext.active
        let candidate = try await context.candidates.candidate(project, context: context)
        let plan = try await context.droplet.withDroplet(context) { droplet in
            try await context.deployment(
                on: droplet, allowsDowntime: allowDowntime, allowedContracts: schema.allowedContracts
            ).plan(candidate)
        }
        context.write(format.output == .json ? JSONText.pretty(PlanReport(plan)) : PlanText.render(plan))
        if !plan.refusals.isEmpty { throw ExitCode(DeployError.Code.refused.exitCode) }
    }
}
