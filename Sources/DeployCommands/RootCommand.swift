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
                + "the README has the table. Exit codes: 0 done, 2 refused, 3 unreachable, 4 busy, 5 unhealthy, "
                + "6 image, 7 edge, 8 rolled back, 9 droplet, 10 unfit, 12 migration, 64 usage, 130 cancelled.",
            subcommands: [
                PlanCommand.self, DeployCommand.self, RollbackCommand.self, StatusCommand.self, LogsCommand.self,
                ReleasesCommand.self, PruneCommand.self, DoctorCommand.self,
            ]
        )
    }
}
