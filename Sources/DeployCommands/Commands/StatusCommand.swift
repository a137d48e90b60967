internal import ArgumentParser
internal import DeployKit

/// Shows what is on the droplet.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what serves, how it is, and what room is left.")

    @OptionGroup var format: OutputOptions

    func run() async throws {
        let context = try CommandContext.active
        let state = try await context.droplet.withDroplet(context) { try await $0.observe() }
        let report = StatusReport(state, environment: context.environment)
        context.workflow?.add { $0.status(report) }
        context.workflow?.set("release", report.serving?.rawValue ?? "")
        context.workflow?.set("serving", report.summary)
        context.write(format.output == .json ? JSONText.pretty(report) : StatusText.render(report))
    }
}
