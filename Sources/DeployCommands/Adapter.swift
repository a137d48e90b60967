internal import ArgumentParser
public import DeployKit

/// The command line of one environment.
public enum Adapter {
    /// Runs the command that the arguments name, and ends the process with its exit code.
    public static func main(_ environment: Environment) async -> Never {
        var context = CommandContext.live(environment, variables: processVariables())
        context.program = CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? ""
        let code = await withSignals { [context] in
            await run(Array(CommandLine.arguments.dropFirst()), in: context)
        }
        exitProcess(code)
    }

    /// Runs a command in a context and returns its exit code.
    static func run(_ arguments: [String], in context: CommandContext) async -> Int32 {
        let context = context.reportingToGitHub().withoutSecrets()
        let code = await perform(arguments, in: context)
        context.workflow?.finish(code)
        context.maskSecrets()
        return code
    }

    private static func perform(_ arguments: [String], in context: CommandContext) async -> Int32 {
        await CommandContext.$current.withValue(context) {
            do {
                var command = try RootCommand.parseAsRoot(arguments)
                if var command = command as? any AsyncParsableCommand {
                    try await command.run()
                } else {
                    try command.run()
                }
                return 0
            } catch let code as ExitCode {
                return code.rawValue
            } catch {
                return report(error, arguments: arguments, in: context)
            }
        }
    }

    private static func report(_ error: any Error, arguments: [String], in context: CommandContext) -> Int32 {
        let isOurs =
            error is DeployError || error is ShellError || error is LeaseError || error is RolloutFailure
            || error is CancellationError
        guard isOurs else {
            let code = RootCommand.exitCode(for: error)
            let message = RootCommand.fullMessage(for: error)
            if code == .success { context.write(message) } else { context.writeError(message) }
            return code.rawValue
        }
        // One that no lease was held by yet, or no more: a rollout says itself how it ended.
        let deployError =
            error is CancellationError ? DeployError(error).ofEndedRun(isCancelled: true) : DeployError(error)
        if asksForJSON(arguments) {
            context.write(JSONText.line(ErrorReport(deployError)))
        }
        context.workflow?.fail(deployError)
        context.writeError(ErrorText.render(deployError, command: context.commandName))
        return deployError.code.exitCode
    }

    /// Whether the arguments ask for JSON; a command that failed has perhaps not read them.
    static func asksForJSON(_ arguments: [String]) -> Bool {
        let options = arguments.prefix { $0 != "--" }
        return options.contains("--output=json")
            || zip(options, options.dropFirst()).contains { ["--output", "-o"].contains($0) && $1 == "json" }
    }
}

extension CommandContext {
    /// What a person types to run this executable.
    var commandName: String {
        guard program.isEmpty else { return program }
        return environment.isProduction ? "ci-prod" : "ci-stage"
    }
}
