/// Runs commands on a droplet over one OpenSSH connection.
///
/// A connection is made once, by ``withConnection(_:_:)``, and every command is multiplexed over it: at most eight at
/// once, the others wait. When it is lost, commands fail with ``ShellError/Code/connectionLost``; none ever opens a
/// second connection.
public struct SSHShell: Shell {
    /// How many commands run at once: the server's `MaxSessions` is 10 by default, and the connection keeps one.
    static let commandsAtOnce = 8

    let destination: SSHDestination
    let line: SSHCommandLine
    let log: OutputTail
    let limit = ConcurrencyLimit(commandsAtOnce)
    let forwards = SSHForwards()

    /// Connects, runs `body`, and disconnects.
    ///
    /// The key is on disk, readable for this user only, until the connection is up. The connection ends when `body`
    /// does, or this process.
    ///
    /// - Throws: What `body` throws; ``ShellError`` of code ``ShellError/Code/unreachable``,
    ///   ``ShellError/Code/refused`` or ``ShellError/Code/hostKey`` when no connection comes about.
    public static func withConnection<Value: Sendable>(
        _ settings: SSHSettings,
        _ body: @escaping @Sendable (SSHShell) async throws -> Value
    ) async throws -> Value {
        try await PrivateDirectory.with { directory in
            try directory.write(settings.privateKey(), to: SSHCommandLine.keyFile)
            try directory.write(settings.hostKeys(), to: SSHCommandLine.knownHostsFile)
            let line = SSHCommandLine(
                destination: settings.destination,
                directory: directory.path,
                connectTimeout: settings.connectTimeout
            )
            let shell = SSHShell(destination: settings.destination, line: line, log: OutputTail())
            let master = ChildProcess(arguments: line.master, machine: shell.machine)
            return try await master.hold(
                release: .terminate, earlyEnd: .isLeftToBody, tail: shell.log
            ) { lines in
                guard await lines.first(where: { $0 == SSHCommandLine.readyLine }) != nil else {
                    try Task.checkCancellation()
                    throw await shell.connectingFailed()
                }
                directory.remove(SSHCommandLine.keyFile)
                directory.remove(SSHCommandLine.knownHostsFile)
                return try await body(shell)
            }
        }
    }

    /// `user@host`, and the port where it is not 22.
    public var machine: String { "\(destination)" }

    /// Runs a command to its end and returns what it printed.
    public func run(_ command: Command) async throws -> CommandResult {
        try await run(command) { client, deadline in
            try await client.collect(input: command.input.bytes, deadline: deadline)
        }
    }

    /// Runs a command and hands each line of its standard output on as it arrives.
    public func run(
        _ command: Command,
        onLine: @escaping @Sendable (String) async throws -> Void
    ) async throws -> CommandResult {
        try await run(command) { client, deadline in
            try await client.stream(input: command.input.bytes, deadline: deadline, onLine: onLine)
        }
    }

    /// Keeps a command running on the droplet while `body` runs; it sees the end of its input when the connection
    /// ends, too.
    public func hold<Value: Sendable>(
        _ command: Command,
        while body: @escaping @Sendable (_ lines: AsyncStream<String>) async throws -> Value
    ) async throws -> Value {
        try await limit.run {
            let client = ChildProcess(
                arguments: line.client(SSHCommandLine.remoteWithoutDeadline(command)), machine: machine)
            do {
                return try await client.hold(input: command.input.bytes, while: body)
            } catch let error as ShellError where error.code == .connectionLost && error.status == 255 {
                let evidence = [error.evidence, log.words.lastLines(5)].filter { !$0.isEmpty }
                throw SSHFailure.lost(destination, evidence: evidence.joined(separator: "\n"))
            }
        }
    }

    private func run(
        _ command: Command,
        _ run: (ChildProcess, Duration) async throws -> CommandResult
    ) async throws -> CommandResult {
        try await limit.run {
            let client = ChildProcess(arguments: line.client(SSHCommandLine.remote(command)), machine: machine)
            let start = ContinuousClock.now
            // The droplet's own limit comes first: it kills what runs there; ours is for a droplet that is silent.
            let local = Duration.seconds(command.deadline.wholeSeconds + 8)
            let result = try await run(client, local)
            if result.status == 255 { try await checkConnection(result) }
            let isKilled = result.status == 124 || result.status == 137
            if isKilled, start.duration(to: .now) >= .seconds(command.deadline.wholeSeconds) {
                throw ShellError(
                    .deadline,
                    machine: machine,
                    message: "\(command.arguments.first ?? "") was killed: it ran for more than "
                        + "\(command.deadline.wholeSeconds) s",
                    status: result.status,
                    evidence: result.errorOutput.lastLines(20)
                )
            }
            return result
        }
    }

    /// Finds out whether a command exited with 255 itself, or the connection is gone.
    private func checkConnection(_ result: CommandResult) async throws {
        if let error = SSHFailure.client(errorOutput: result.errorOutput, on: destination) { throw error }
        let check = ChildProcess(arguments: line.control("check"), machine: machine)
        guard try await check.collect(input: [], deadline: .seconds(5)).isSuccess else {
            throw SSHFailure.lost(destination, evidence: log.words.lastLines(5))
        }
    }
}
