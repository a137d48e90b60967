/// The HAProxy of a droplet: reads it, configures it, moves its routes and drains a slot.
///
/// Each operation is one command on the droplet, under the edge's own lock; doing one again does no harm. Give it a
/// shell behind the lease's fence for whatever changes something.
public struct HAProxyEdge: Sendable {
    /// The droplet's shell.
    private let shell: any Shell
    private let paths: EdgePaths

    /// Makes an edge on the droplet of a shell.
    public init(shell: any Shell) {
        self.init(shell: shell, paths: EdgePaths())
    }

    /// Makes an edge that keeps its things elsewhere than a droplet does.
    init(shell: any Shell, paths: EdgePaths) {
        self.shell = shell
        self.paths = paths
    }

    /// The command that prints what ``EdgeReading`` reads; changes nothing.
    public static var read: Command { EdgePaths().read }

    /// Reads the configuration on the droplet and the word of the running edge.
    public func read() async throws -> EdgeReading {
        try EdgeReading(try await shell.output(of: paths.read))
    }

    /// Tells the edge what an environment looks like, with a reload where its servers, names or policies differ.
    ///
    /// No route moves; the standby is armed or disarmed as the value says.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/edge`` when HAProxy refuses the configuration, then
    ///   nothing has changed; of code ``DeployError/Code/refused`` when it cannot stand beside other environments.
    public func configure(_ environment: EdgeEnvironment) async throws {
        try await configure(environment, after: nil)
    }

    /// Tells the edge what an environment looks like, as ``configure(_:)`` does.
    ///
    /// - Parameters:
    ///   - environment: What it looks like.
    ///   - known: What was read of the edge before, which spares a round trip; the droplet checks that it still holds.
    /// - Throws: As ``configure(_:)`` does.
    func configure(_ environment: EdgeEnvironment, after known: EdgeReading?) async throws {
        try await reconfigure(environment.scope, after: known) { $0[environment.scope] = environment }
    }

    /// Removes all that the edge knows of an environment; its hosts are unknown from then on.
    public func forget(_ scope: String) async throws {
        try await reconfigure(scope) { $0[scope] = nil }
    }

    /// Moves all routes of an environment to `environment.serving` in one change, and arms or disarms the standby.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/edge`` when a server of that slot is not up or the edge
    ///   was not told of it; then no route has moved.
    public func cutOver(_ environment: EdgeEnvironment) async throws -> CutoverReport {
        let command = try paths.cutOver(environment)
        let output = try await run(command, "moving the routes of \(environment.scope)")
        let words = output.split(whereSeparator: \.isWhitespace)
        guard words.count == 3, words[0] == "moved", let before = Int(words[1]), let after = Int(words[2]) else {
            throw Self.silence("the edge did not say that the routes moved", output)
        }
        return CutoverReport(microseconds: (after - before) / 1000)
    }

    /// Changes the share of a canary, or maintenance; no route moves, and nothing is reloaded.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/edge`` when a server of the slot that is to get requests is
    ///   not up or the edge was not told of it; then nothing has changed.
    public func amend(_ environment: EdgeEnvironment) async throws {
        let output = try await run(paths.amend(environment), "changing the edge of \(environment.scope)")
        guard output.split(whereSeparator: \.isWhitespace) == ["amended"] else {
            throw Self.silence("the edge did not say that it was changed", output)
        }
    }

    /// Waits until the containers of a slot answer nothing any more, at most `limit`, and closes what is left.
    public func drain(_ slot: Slot, of scope: String, within limit: Duration) async throws -> DrainReport {
        let output = try await run(paths.drain(slot, of: scope, within: limit), "draining \(slot.rawValue)")
        let words = output.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, words[0] == "closed", let closed = Int(words[1]) else {
            throw Self.silence("the edge did not say what it drained", output)
        }
        return DrainReport(closed: closed)
    }

    /// Configures the edge for what it is told of all environments; again when another run changed one meanwhile.
    private func reconfigure(
        _ scope: String, after known: EdgeReading? = nil, _ change: (inout [String: EdgeEnvironment]) -> Void
    ) async throws {
        var result = CommandResult()
        var known = known
        for _ in 1...5 {
            let reading: EdgeReading
            if let first = known.take() { reading = first } else { reading = try await read() }
            var environments = reading.environments
            change(&environments)
            let configuration = try EdgeConfiguration(
                environments: Array(environments.values), hasCertificates: reading.hasCertificates,
                hasClientAuthority: reading.hasClientAuthority)
            let command = try paths.configure(
                configuration, for: environments[scope], scope: scope, beside: reading.others(than: scope))
            result = try await shell.run(command)
            guard EdgeScript.Failure(rawValue: result.status) == .changed else { break }
        }
        _ = try output(result, of: "configuring the edge for \(scope)")
    }

    private func run(_ command: Command, _ action: String) async throws -> String {
        try output(try await shell.run(command), of: action)
    }

    /// The error of a command that succeeded, and did not say what has to be known of it.
    private static func silence(_ message: String, _ output: String) -> DeployError {
        DeployError(
            .edge, message, evidence: [output],
            next: "See what serves with the command status, then run the same command again.")
    }

    /// The output of a command that succeeded.
    private func output(_ result: CommandResult, of action: String) throws -> String {
        guard !result.isSuccess else { return result.output }
        let failure = EdgeScript.Failure(rawValue: result.status)
        throw DeployError(
            .edge,
            "\(action) failed: " + (failure?.reason ?? "exit status \(result.status)"),
            evidence: result.errorOutput.lastLines(10).split(separator: "\n").map(String.init),
            next: failure?.remedy ?? ""
        )
    }
}

extension EdgeScript.Failure {
    /// What happened, in words.
    fileprivate var reason: String {
        switch self {
        case .busy: "another run holds the edge's lock"
        case .changed: "another environment on the droplet kept changing"
        case .invalid: "HAProxy refuses the configuration; nothing was changed"
        case .reload: "HAProxy did not reload; it goes on with its former configuration"
        case .notUp: "a server is not up; no route has moved"
        case .notConfigured: "the edge was not told of these servers; no route has moved"
        case .refused: "HAProxy refused a command; no route has moved"
        case .incomplete: "HAProxy did not take the routes over; they are on disk"
        }
    }

    /// What to do about it.
    fileprivate var remedy: String {
        switch self {
        case .busy, .changed, .refused, .incomplete, .notConfigured: "Run the same command again."
        case .invalid: "Look at the lines above: the environment's hosts, paths or policies are in them."
        case .reload: "Look at the log with `journalctl -u haproxy` on the droplet."
        case .notUp: "See the release's state with the command status."
        }
    }
}
