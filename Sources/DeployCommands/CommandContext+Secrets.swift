internal import DeployKit

extension CommandContext {
    /// The context in which no secret leaves: all that a command writes goes through here, whatever it is and whoever
    /// made it.
    ///
    /// Secrets are learned from the process's variables, from each candidate, and from the releases on each droplet.
    func withoutSecrets() -> CommandContext {
        secrets.exempt(environment.publicNames)
        secrets.learn(SecretName.secrets(in: variables))
        var context = self
        // In GitHub Actions a line can be a command, and much of what is shown was written by others.
        let isInGitHub = variables["GITHUB_ACTIONS"] == "true"
        let shown: @Sendable (String) -> String = { [secrets] text in
            let text = secrets.redact(text)
            return isInGitHub ? WorkflowCommand.harmless(text) : text
        }
        context.write = { [write] in write(shown($0)) }
        context.writeError = { [writeError] in writeError(shown($0)) }
        context.droplet = LearningAccess(access: droplet, secrets: secrets)
        context.candidates = LearningCandidates(source: candidates, secrets: secrets)
        return context
    }
}

/// Learns the secrets of each candidate.
private struct LearningCandidates: CandidateSource {
    let source: any CandidateSource
    let secrets: KnownSecrets

    func candidate(_ project: ProjectOptions, context: CommandContext) async throws -> ReleaseCandidate {
        let candidate = try await source.candidate(project, context: context)
        secrets.exempt(candidate.publicNames)
        secrets.learn(candidate.secrets)
        return candidate
    }
}

/// Learns the secrets of the releases that are on a droplet, before anything that their containers print is shown.
private struct LearningAccess: DropletAccess {
    let access: any DropletAccess
    let secrets: KnownSecrets

    func withDroplet<Result: Sendable>(
        _ context: CommandContext, _ body: @escaping @Sendable (any Droplet) async throws -> Result
    ) async throws -> Result {
        try await access.withDroplet(context) { droplet in
            // Beside the first thing that the command does, so that it takes no time of its own; awaited below.
            let learning = Task { secrets.learn(try await droplet.secrets()) }
            return try await withTaskCancellationHandler {
                do {
                    let result = try await body(LearnedDroplet(droplet: droplet, learning: learning, known: secrets))
                    try await learning.value
                    return result
                } catch {
                    _ = await learning.result
                    throw error
                }
            } onCancel: {
                learning.cancel()
            }
        }
    }
}

/// A droplet whose secrets are known before its containers' words are read, or anything is kept on it.
private struct LearnedDroplet: Droplet {
    let droplet: any Droplet
    let learning: Task<Void, any Error>
    let known: KnownSecrets

    func observe() async throws -> DropletState {
        let state = try await droplet.observe()
        known.exempt(state.publicNames)
        return state
    }

    func secrets() async throws -> [Secret] { try await droplet.secrets() }

    func auditTrail() async throws -> AuditTrail { try await droplet.auditTrail() }

    func logs(of slot: Slot?, services: [String], lines: Int) async throws -> [ContainerLog] {
        try await learning.value
        return try await droplet.logs(of: slot, services: services, lines: lines)
    }

    func withLease<Result: Sendable>(
        as owner: LeaseOwner, waiting patience: Duration,
        onWait: @escaping @Sendable (LeaseOwner) async -> Void,
        _ body: @escaping @Sendable (any LeasedDroplet) async throws -> Result
    ) async throws -> Result {
        try await droplet.withLease(as: owner, waiting: patience, onWait: onWait) { leased in
            try await learning.value
            return try await body(leased)
        }
    }
}
