internal import DeployKit

extension CommandContext {
    /// Refuses what is checked out unless somebody vouches that it passed the environment's gates.
    ///
    /// Nothing is asked of an environment that requires nothing, unless a record was handed over.
    func requireGates(_ record: String?, in folder: String?) async throws {
        guard environment.requiresGates || record != nil else { return }
        let (source, verdict) = try await gateVerdict(record, in: folder)
        guard case .missing(let reasons) = verdict else { return }
        let commit = source.commit.prefix(12)
        throw DeployError(
            .gate,
            "nobody vouches that the gates of \(environment.name) passed for commit \(commit); nothing was changed",
            evidence: reasons,
            next:
                "Run \(commandName) gate --record FILE in a clean checkout of that commit, with DEPLOYKIT_SIGNING_KEY, "
                + "and hand it over: \(commandName) deploy --gate-record FILE.")
    }

    /// What `plan` says of the gates; nothing where the environment has none.
    func gateFindings(_ record: String?, in folder: String?) async -> [Finding] {
        guard environment.requiresGates || record != nil else { return [] }
        do {
            switch try await gateVerdict(record, in: folder).verdict {
            case .given(let witness):
                return [Finding(.note, "gates", "they passed: so says \(witness)")]
            case .missing(let reasons):
                return [
                    Finding(
                        .warning, "gates", "deploy will refuse this commit: \(reasons.joined(separator: "; "))",
                        advice: "Run \(commandName) gate --record FILE, and deploy with --gate-record FILE.")
                ]
            }
        } catch {
            return [Finding(.warning, "gates", "deploy will refuse this: \(DeployError(error).message)")]
        }
    }

    /// A folder within the repository, with a slash at its end: what the paths of findings begin with at GitHub.
    ///
    /// - Parameter folder: The folder; nil for where this process runs.
    /// - Returns: The path from the repository's root; empty there, and where git does not say it.
    func prefix(of folder: String?) async -> String {
        let git = Command(["git", "-C", folder ?? ".", "rev-parse", "--show-prefix"])
        guard let answer = try? await shell.run(git), answer.isSuccess else { return "" }
        return answer.output.lastLines(1)
    }

    /// Lets the run's page say how long gates and build took, as far as what was handed over says it.
    func tellJourney(_ record: String?) {
        guard let workflow else { return }
        if let record, let key = try? SigningSettings(from: variables).publicKey,
            let gates = try? SignedEnvelope.read(record).open(GateRecord.self, type: GateRecord.type, signedBy: key),
            let slowest = gates.results.max(by: { $0.milliseconds < $1.milliseconds })
        {
            // They ran side by side.
            workflow.add(
                Journey.Part(name: "Gates, the slowest: \(slowest.name)", duration: .milliseconds(slowest.milliseconds))
            )
        }
        if let release, release.runURL == RuntimeSettings.runURL(variables), let time = release.milliseconds {
            workflow.add(Journey.Part(name: "Build", duration: .milliseconds(time)))
        }
    }

    private func gateVerdict(
        _ record: String?, in folder: String?
    ) async throws -> (source: SourceTree, verdict: GateWarrant.Verdict) {
        let source = try await SourceTree.read(folder, shell: shell)
        let warrant = GateWarrant(
            for: environment, record: record, trusted: try SigningSettings(from: variables).publicKey, github: github)
        return (source, await warrant.verdict(on: source))
    }

    /// GitHub, where the run is one of its own and has a token.
    var github: GitHubClient? {
        GitHubContext(from: variables).flatMap { github in
            transport.map { GitHubClient(context: github, transport: $0) }
        }
    }
}
