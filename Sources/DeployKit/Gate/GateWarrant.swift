/// Whether somebody vouches that the gates of what is checked out have passed: a signed record, or GitHub's checks.
public struct GateWarrant: Sendable {
    /// What was found out.
    public enum Verdict: Sendable, Hashable {
        /// Somebody vouches, as it says.
        case given(by: String)
        /// Nobody does; for each way that was tried, why.
        case missing([String])
    }

    let environment: Environment
    let record: String?
    let trusted: AuditPublicKey?
    let github: GitHubClient?

    /// Makes a look for a warrant.
    ///
    /// - Parameters:
    ///   - environment: Whose gates have to have passed.
    ///   - record: The path of a record; nil where none was named.
    ///   - trusted: The key that has to have signed it.
    ///   - github: Asks for the checks; nil outside of GitHub Actions.
    public init(
        for environment: Environment, record: String?, trusted: AuditPublicKey?, github: GitHubClient?
    ) {
        self.environment = environment
        self.record = record
        self.trusted = trusted
        self.github = github
    }

    /// Looks at the record, and where it does not vouch, at the checks; a trusted one that says of these files that a
    /// gate did not pass is the last word.
    public func verdict(on source: SourceTree) async -> Verdict {
        guard source.isClean else {
            let files = source.changedFiles.prefix(3).joined(separator: ", ")
            let rest = source.changedFiles.count > 3 ? " and \(source.changedFiles.count - 3) more" : ""
            return .missing(["the files are not those of a commit: \(files)\(rest)"])
        }
        let (recorded, isFinal) = recordProblems(on: source)
        if recorded.isEmpty, let record { return .given(by: "the record \(record)") }
        // A record that was handed over and does not fit is an answer, where no other one is asked for.
        guard environment.requiresGates, !isFinal else { return .missing(recorded) }
        let checked = await checkProblem(on: source)
        guard let checked else {
            return .given(by: "GitHub's check \(environment.gates.check) of commit \(source.commit.prefix(12))")
        }
        return .missing(recorded + [checked])
    }

    /// Why the record does not vouch, and whether nothing else may then.
    private func recordProblems(on source: SourceTree) -> (problems: [String], isFinal: Bool) {
        guard let record else { return (["record: none was named with --gate-record"], false) }
        guard trusted != nil || !environment.requiresGates else {
            return (["record \(record): no key is trusted; DEPLOYKIT_SIGNING_PUBLIC_KEY is not set"], false)
        }
        do throws(DeployError) {
            let document = try SignedEnvelope.read(record).open(
                GateRecord.self, type: GateRecord.type, signedBy: trusted)
            let problems = document.problems(for: environment, source: source).map { "record \(record): \($0)" }
            return (problems, document.condemns(source, for: environment))
        } catch {
            return ([(["record \(record): \(error.message)"] + error.evidence).joined(separator: "; ")], false)
        }
    }

    /// Why GitHub's checks do not vouch; nil where they do.
    private func checkProblem(on source: SourceTree) async -> String? {
        let name = environment.gates.check
        guard let github else { return "GitHub's checks: this is no run of GitHub Actions" }
        guard github.hasToken else { return "GitHub's checks: GITHUB_TOKEN is not set" }
        do {
            // A reusable workflow's jobs are called after the job that calls it.
            let checks = try await github.checks(of: source.commit).filter {
                $0.name == name || $0.name.hasSuffix(" / \(name)")
            }
            guard !checks.isEmpty else {
                return "GitHub's checks: commit \(source.commit.prefix(12)) has no check \(name)"
            }
            let failed = checks.filter { !$0.hasPassed }.map {
                "\($0.name) \($0.isCompleted ? "ended with \($0.conclusion)" : "has not ended")"
            }
            return failed.isEmpty ? nil : "GitHub's checks: \(failed.list)"
        } catch {
            return "GitHub's checks: \(error)"
        }
    }
}
