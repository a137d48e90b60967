/// Decides whether a run may change an environment, before anything is connected to.
public struct AccessGuard: Sendable {
    let environment: Environment
    let run: RunIdentity
    /// Who may; nil for everybody.
    let actors: [String]?
    /// Whose word a deploy needs; nil where it needs nobody's.
    let approvers: [Approver]?

    /// Makes the guard of an environment, for the run that the variables tell of.
    ///
    /// `DEPLOYKIT_ALLOWED_ACTORS` and `DEPLOYKIT_APPROVERS` only narrow the names that the environment has: whoever may
    /// set a variable does not become one of them. Where it names no approvers, the variable does, and whoever may set it
    /// decides who approves.
    ///
    /// - Parameters:
    ///   - environment: The environment.
    ///   - variables: The variables of the process.
    ///   - checkedOut: What is checked out, for a run that nothing else tells the ref of; nil where it does not matter.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` which names the variable that cannot be read.
    public init(
        _ environment: Environment, variables: [String: String], checkedOut: String? = nil
    ) throws(DeployError) {
        self.environment = environment
        run = RunIdentity(from: variables, checkedOut: checkedOut)
        actors = try Self.actors(environment.access, variables["DEPLOYKIT_ALLOWED_ACTORS"] ?? "")
        approvers = try Self.approvers(environment.access, variables["DEPLOYKIT_APPROVERS"] ?? "")
    }

    /// Lets a change begin, or refuses it.
    ///
    /// - Parameter allowedRef: The ref that a person lets through by its name; nil for none.
    /// - Returns: What was let through only because a person said so, for the audit trail.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused``.
    public func admit(allowing allowedRef: String? = nil) throws(DeployError) -> [String] {
        try admitActors()
        let expected = "refs/heads/\(environment.branch)"
        if run.isPullRequest {
            throw DeployError(
                .refused, "a pull request does not change \(environment.scope)",
                evidence: run.ref.map { ["this run is of \($0)"] } ?? [],
                next: "Merge it into \(environment.branch); its own run deploys then.")
        }
        guard let ref = run.ref else {
            guard run.isInGitHub else { return [] }
            throw DeployError(
                .refused, "GITHUB_REF is not set, and only \(expected) changes \(environment.scope)",
                next: "Set GITHUB_REF to what is checked out; GitHub does so in every job.")
        }
        guard ref != expected else { return [] }
        if let allowedRef, ref == allowedRef || ref == "refs/heads/\(allowedRef)" { return ["ref \(ref)"] }
        if Approval.isCommit(ref) {
            throw DeployError(
                .refused, "only \(expected) changes \(environment.scope), and no branch is checked out",
                evidence: ["HEAD is detached at \(ref)"] + other(than: allowedRef),
                next:
                    "Check out \(environment.branch). Or say DEPLOYKIT_REF, the branch that this is of; or --allow-ref "
                    + "\(ref), which the audit trail records.")
        }
        let name = ref.hasPrefix("refs/heads/") ? String(ref.dropFirst("refs/heads/".count)) : ref
        throw DeployError(
            .refused, "only \(expected) changes \(environment.scope), and this run is of \(ref)",
            evidence: other(than: allowedRef),
            next: "Merge it into \(environment.branch), or say --allow-ref \(name), which the audit trail records.")
    }

    private func other(than allowedRef: String?) -> [String] {
        allowedRef.map { ["--allow-ref names \($0), which is another one"] } ?? []
    }

    private func admitActors() throws(DeployError) {
        guard let actors else { return }
        let advice = "One of these may: \(actors.isEmpty ? "nobody" : actors.list)."
        guard !run.actors.isEmpty else {
            throw DeployError(
                .refused, "nothing says who runs, and not everybody changes \(environment.scope)",
                next: advice)
        }
        // Also who ran it again: with the run come the secrets.
        for actor in run.actors where !actors.contains(where: { $0.isSamePerson(as: actor) }) {
            throw DeployError(.refused, "\(actor) may not change \(environment.scope)", next: advice)
        }
    }

    private static func actors(_ policy: AccessPolicy, _ text: String) throws(DeployError) -> [String]? {
        guard !text.isEmpty else { return policy.actors.isEmpty ? nil : policy.actors }
        let names = text.words
        guard !names.isEmpty else {
            throw DeployError(
                .refused, "DEPLOYKIT_ALLOWED_ACTORS names nobody",
                next: "Set it to names with commas between them, or remove it.")
        }
        guard !policy.actors.isEmpty else { return names }
        return policy.actors.filter { actor in names.contains { $0.isSamePerson(as: actor) } }
    }

    private static func approvers(_ policy: AccessPolicy, _ text: String) throws(DeployError) -> [Approver]? {
        var declared: [Approver]?
        if case .required(let approvers) = policy.approval { declared = approvers }
        let known = declared ?? []
        let named = try text.words.map { word throws(DeployError) in
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw Self.unreadable(word) }
            return Approver(parts[0], publicKey: parts[1])
        }
        if !text.isEmpty, named.isEmpty { throw Self.unreadable(text) }
        for approver in known + named where AuditPublicKey(approver.publicKey) == nil {
            throw Self.unreadable("\(approver.name)=\(approver.publicKey)")
        }
        if named.isEmpty { return declared }
        guard !known.isEmpty else { return named }
        return known.filter { approver in
            named.contains { $0.name.isSamePerson(as: approver.name) && $0.publicKey == approver.publicKey }
        }
    }

    private static func unreadable(_ text: String) -> DeployError {
        DeployError(
            .refused, "“\(text)” names no approver: it has to be a name, =, and the base64 of a public key",
            next: "Each approver makes a pair with audit keygen; DEPLOYKIT_APPROVERS has the public ones.")
    }
}

extension String {
    /// The words between commas and white space.
    fileprivate var words: [String] {
        split { $0 == "," || $0.isWhitespace }.map(String.init)
    }
}
