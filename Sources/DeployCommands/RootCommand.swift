internal import ArgumentParser
internal import DeployKit

/// The command that holds the others.
struct RootCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        let environment = CommandContext.current?.environment
        return CommandConfiguration(
            commandName: CommandContext.current?.commandName ?? "ci-stage",
            abstract: "Deploys \(environment?.application ?? "an application") to \(environment?.name ?? "a droplet"), "
                + "without losing a request.",
            discussion: "Where the droplet is and how to get in is said by environment variables; "
                + "the README has the table. Exit codes: \(exitCodes).",
            subcommands: [
                GateCommand.self, BuildCommand.self, PlanCommand.self, RehearseCommand.self, DeployCommand.self,
                RollbackCommand.self, StatusCommand.self, LogsCommand.self,
                ReleasesCommand.self, MaintenanceCommand.self, PruneCommand.self, DoctorCommand.self, AuditCommand.self,
                ApproveCommand.self,
            ]
        )
    }

    /// What each exit code means, in a word or two; `docs/errors.md` has more.
    private static var exitCodes: String {
        let codes = [(0, "done"), (64, "usage")] + DeployError.Code.all.map { (Int($0.exitCode), $0.words) }
        return codes.sorted { $0.0 < $1.0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
