/// Runs commands on one machine: this one, or a droplet over SSH.
public protocol Shell: Sendable {
    /// The machine, as a person would name it: `this machine`, `deploy@203.0.113.7`.
    var machine: String { get }

    /// Runs a command to its end and returns what it printed. A non-zero exit is a result, not an error.
    ///
    /// Of the error output the last 64 KiB are kept.
    ///
    /// - Throws: ``ShellError`` when the command could not be started, ran past its deadline, printed more than
    ///   64 MiB, or the connection was lost; `CancellationError` when the task was cancelled, after the command was
    ///   killed.
    func run(_ command: Command) async throws -> CommandResult

    /// Runs a command, hands each line of its standard output on as it arrives, and returns how it ended.
    ///
    /// The result's ``CommandResult/output`` is empty; its error output is kept, at most the last 64 KiB.
    func run(
        _ command: Command,
        onLine: @escaping @Sendable (String) async throws -> Void
    ) async throws -> CommandResult

    /// Keeps a command running while `body` runs: its standard input stays open until `body` ends, or this process
    /// does, however it dies. The command then has to end by itself; it is awaited, and killed after 5 s.
    ///
    /// ``Command/deadline`` does not apply. When the command ends before `body` does, `body` is cancelled.
    ///
    /// - Parameters:
    ///   - command: The command; it reads ``Command/input`` first.
    ///   - body: What to do meanwhile; it is given the lines that the command prints, as they arrive.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``ShellError`` of code ``ShellError/Code/connectionLost`` when the command, or
    ///   the connection to it, ended before `body`, unless `body` threw an error of its own.
    func hold<Value: Sendable>(
        _ command: Command,
        while body: @escaping @Sendable (_ lines: AsyncStream<String>) async throws -> Value
    ) async throws -> Value
}

extension Shell {
    /// Runs a command that has to succeed, and returns its standard output.
    ///
    /// - Throws: ``ShellError`` of code ``ShellError/Code/failed`` when it exits with anything but 0.
    @discardableResult
    public func output(of command: Command) async throws -> String {
        let result = try await run(command)
        guard result.isSuccess else { throw ShellError(failed: command, on: machine, result: result) }
        return result.output
    }
}
