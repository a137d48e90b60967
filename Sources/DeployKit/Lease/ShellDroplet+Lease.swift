extension ShellDroplet {
    /// Takes the environment's lease, runs `body` with it, and frees it, whatever happens.
    ///
    /// A process on the droplet holds the lock, and lives as long as its standard input: this connection. When the
    /// runner dies, or `body` ends, the kernel frees the lock.
    ///
    /// - Throws: ``LeaseError/held(by:)`` when another one still holds it after `patience`;
    ///   ``LeaseError/lost(evidence:)`` when the connection that held it is gone; ``DeployError`` when the droplet is
    ///   not made for a lease; what `body` throws.
    public func withLease<Result: Sendable>(
        as owner: LeaseOwner,
        waiting patience: Duration,
        onWait: @escaping @Sendable (LeaseOwner) async -> Void,
        _ body: @escaping @Sendable (any LeasedDroplet) async throws -> Result
    ) async throws -> Result {
        let seconds = patience > .zero ? String(Double(patience.milliseconds) / 1000) : "0"
        let command = DropletScript.takeLease.command(
            [paths.directory, seconds, try LeasedShellDroplet.json(owner)])
        do {
            return try await shell.hold(command) { lines in
                let token = try await Self.token(in: lines, onWait: onWait)
                return try await body(LeasedShellDroplet(self, token: token))
            }
        } catch let error as ShellError where error.code == .connectionLost {
            throw Self.meaning(of: error, scope: paths.scope)
        }
    }

    /// What it means that the process that holds the lease ended while it was needed.
    private static func meaning(of error: ShellError, scope: String) -> any Error {
        // Once it has the lease it ends with 0, by a signal, or with the connection; a small status is a failure to
        // take it.
        guard let status = error.status, (1..<128).contains(status) else {
            return LeaseError.lost(evidence: error.evidence.isEmpty ? error.message : error.evidence)
        }
        return DeployError(
            .droplet, "the lease of \(scope) on \(error.machine) could not be taken",
            evidence: LeasedShellDroplet.lines(error.evidence),
            next: "See what the droplet lacks with the command doctor.")
    }

    /// Waits for the droplet's answer to who wants the lease, and returns the token that it gave.
    ///
    /// - Parameters:
    ///   - lines: What the droplet prints.
    ///   - onWait: Told who holds the lease, where it has to be waited for.
    ///
    /// - Returns: The token.
    /// - Throws: ``LeaseError/held(by:)``; `CancellationError` when there is no answer, which leaves it to the shell to
    ///   say why the command ended.
    private static func token(
        in lines: AsyncStream<String>, onWait: @Sendable (LeaseOwner) async -> Void
    ) async throws -> String {
        for await line in lines {
            let words = line.split(separator: " ", maxSplits: 1)
            let rest = words.count == 2 ? words[1] : ""
            switch words.first {
            case "ready" where !rest.isEmpty: return String(rest)
            case "waiting": await onWait(Observation.owner(rest))
            case "held": throw LeaseError.held(by: Observation.owner(rest))
            default: continue
            }
        }
        throw CancellationError()
    }
}
