internal import ArgumentParser
internal import DeployKit
internal import DeployKitTesting

/// Rehearses a deploy on a droplet in memory, with each failure at each of its steps.
struct RehearseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Rehearse a deploy in memory: what each failure at each step would lead to.",
        discussion: "Reads the real droplet and changes nothing on it. Without DEPLOYKIT_HOST, or with --demo, the "
            + "droplet and the release are made up, and neither a droplet nor Docker is needed.")

    /// The forms of the answer.
    enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
        case text
        case json
        case markdown
    }

    @OptionGroup var project: ProjectOptions
    @OptionGroup var schema: SchemaOptions
    @OptionGroup var pace: PaceOptions

    @Flag(help: "Rehearse on a droplet that is made up.")
    var demo = false

    @Flag(help: "Rehearse as if the serving release might stop before the next one runs, where memory is short.")
    var allowDowntime = false

    @Option(name: [.short, .long], help: "text for people, json for programs, markdown for pages.")
    var output: Format = .text

    func run() async throws {
        let context = try CommandContext.active
        let isMadeUp = demo || (context.variables["DEPLOYKIT_HOST"] ?? "").isEmpty
        let rehearsal = try await isMadeUp ? Rehearsal.demo(try pace.applied(to: context.environment)) : real(context)
        let report = try await rehearsal.run()
        context.workflow?.add { _ in
            RehearsalMarkdown.render(report, command: context.commandName, isMadeUp: isMadeUp)
        }
        switch output {
        case .text: context.write(RehearsalText.render(report, command: context.commandName, isMadeUp: isMadeUp))
        case .json: context.write(JSONText.pretty(RehearsalData(report, command: context.commandName)))
        case .markdown:
            context.write(RehearsalMarkdown.render(report, command: context.commandName, isMadeUp: isMadeUp))
        }
    }

    private func real(_ context: CommandContext) async throws -> Rehearsal {
        let candidate = try await context.candidates.candidate(project, context: context)
        let state = try await context.droplet.withDroplet(context) { try await $0.observe() }
        var options = PlanOptions(allowsDowntime: allowDowntime)
        options.allowedContracts = try schema.allowed(context.variables)
        return Rehearsal(
            of: candidate, on: state, environment: try pace.applied(to: context.environment), options: options)
    }
}
