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
        _ body: @escaping @Sendable (any LeasedDroplet) async throws -> Result
    ) async throws -> Result {
        // Whoever looks at the droplet touches the lock for a moment, so even the impatient wait that long.
        let seconds = Double(max(patience, .milliseconds(250)).milliseconds) / 1000
        let command = DropletScript.takeLease.command(
            [paths.directory, String(seconds), try LeasedShellDroplet.json(owner)])
        do {
            return try await shell.hold(command) { lines in
                let token = try await Self.token(in: lines)
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
    /// - Throws: ``LeaseError/held(by:)``; `CancellationError` when there is no answer, which leaves it to the shell to
    ///   say why the command ended.
    private static func token(in lines: AsyncStream<String>) async throws -> String {
        for await line in lines {
            let words = line.split(separator: " ", maxSplits: 1)
            switch words.first {
            case "ready" where words.count == 2: return String(words[1])
            case "held": throw LeaseError.held(by: Observation.owner(words.count == 2 ? words[1] : ""))
            default: continue
            }
        }
        throw CancellationError()
    }
}
