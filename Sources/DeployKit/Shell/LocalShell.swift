internal import Synchronization

/// Runs commands on this machine.
///
/// Each command leads a process group of its own, which is killed as a whole past the deadline and when the task is
/// cancelled. It inherits this process's environment.
public struct LocalShell: Shell {
    /// Environment variables beside those of this process, for every command.
    public var environment: [String: Secret]
    /// Where commands run; nil for where this process runs.
    public var workingDirectory: String?

    /// Makes a shell.
    public init(environment: [String: Secret] = [:], workingDirectory: String? = nil) {
        self.environment = environment
        self.workingDirectory = workingDirectory
    }

    /// `this machine`.
    public var machine: String { "this machine" }

    /// Runs a command to its end and returns what it printed.
    public func run(_ command: Command) async throws -> CommandResult {
        try await process(command).collect(input: command.input.bytes, deadline: command.deadline)
    }

    /// Runs a command and hands each line of its standard output on as it arrives.
    public func run(
        _ command: Command,
        onLine: @escaping @Sendable (String) async throws -> Void
    ) async throws -> CommandResult {
        try await process(command).stream(
            input: command.input.bytes, deadline: command.deadline, onLine: onLine)
    }

    /// Keeps a command running while `body` runs.
    public func hold<Value: Sendable>(
        _ command: Command,
        while body: @escaping @Sendable (_ lines: AsyncStream<String>) async throws -> Value
    ) async throws -> Value {
        try await process(command).hold(input: command.input.bytes, while: body)
    }

    private func process(_ command: Command) -> ChildProcess {
        ChildProcess(
            arguments: command.arguments,
            environment: environment,
            workingDirectory: workingDirectory,
            machine: machine
        )
    }
}
