internal import FoundationEssentials

/// A person's word that a commit may be deployed, which only their key can give.
public struct Approval: Sendable, Hashable, Codable {
    /// What it is, as a media type.
    public static let type = "application/vnd.deploykit.approval+json"
    /// How long one is valid where nothing else is said: a day, in seconds.
    public static let defaultValidity = 86_400
    /// How long one is valid at the most: a week, in seconds.
    public static let longestValidity = 604_800
    /// How much the clocks of two machines may differ, in seconds.
    static let clockDifference = 300

    /// The application's name.
    public var application: String
    /// The environment's name.
    public var environment: String
    /// The commit's full hash.
    public var commit: String
    /// Whose word it is, by their name at GitHub.
    public var approver: String
    /// When it was given, in seconds since 1970.
    public var at: Int
    /// Until when it is valid, in seconds since 1970.
    public var expires: Int
    /// Why, in the approver's words; nil when they gave none.
    public var reason: String?

    /// Makes an approval.
    public init(
        application: String, environment: String, commit: String, approver: String, at: Int,
        validity: Int = Self.defaultValidity, reason: String? = nil
    ) {
        self.application = application
        self.environment = environment
        self.commit = commit
        self.approver = approver
        self.at = at
        self.expires = at + validity
        self.reason = reason
    }

    /// Whether a text is the full hash of a git commit.
    public static func isCommit(_ text: String) -> Bool {
        [40, 64].contains(text.utf8.count) && text.utf8.allSatisfy { Self.digits.contains($0) }
    }

    private static let digits = Set("0123456789abcdef".utf8)
}

extension AccessGuard {
    /// The names of those whose word a deploy needs; nil where it needs nobody's.
    public var approverNames: [String]? { approvers?.map(\.name) }

    /// The approver whose key this is; nil for anybody else's.
    public func approver(with key: AuditPublicKey) -> String? {
        approvers?.first { $0.publicKey == key.description }?.name
    }

    /// Holds the approval of a deploy against what the environment asks for.
    ///
    /// - Parameters:
    ///   - envelope: The signed approval; nil for none.
    ///   - commit: The full hash of the commit that is deployed.
    ///   - now: The time, in seconds since 1970.
    /// - Returns: The approval; nil where none is needed.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` which says what is wrong with it.
    public func approval(
        _ envelope: SignedEnvelope?, of commit: String, at now: Int
    ) throws(DeployError) -> Approval? {
        guard let approvers else { return nil }
        let scope = environment.scope
        guard !approvers.isEmpty else {
            throw DeployError(
                .refused, "a deploy to \(scope) needs an approval, and nobody may give one",
                next: "Name the approvers in the environment's Swift value, or in DEPLOYKIT_APPROVERS.")
        }
        let names = approvers.map(\.name).list
        let advice =
            "One of \(names) runs approve --commit \(commit); hand its output on as DEPLOYKIT_APPROVAL, or "
            + "as a file with --approval."
        guard let envelope else {
            throw DeployError(.refused, "a deploy of \(commit) to \(scope) needs an approval", next: advice)
        }
        let found = approvers.lazy.compactMap { approver -> (Approver, Approval)? in
            guard let key = AuditPublicKey(approver.publicKey),
                let approval = try? envelope.open(Approval.self, type: Approval.type, signedBy: key)
            else { return nil }
            return (approver, approval)
        }.first
        guard let (signer, approval) = found else {
            throw DeployError(
                .refused, "the approval is not signed by one of those who may approve a deploy to \(scope)",
                evidence: [
                    "approvers: \(names)", "it says it was signed with: \(envelope.signatures.map(\.keyid).list)",
                ],
                next: advice)
        }
        if let problem = problem(with: approval, by: signer, of: commit, at: now) {
            throw DeployError(.refused, "the approval does not count: \(problem)", next: advice)
        }
        return approval
    }

    private func problem(with approval: Approval, by signer: Approver, of commit: String, at now: Int) -> String? {
        if !approval.approver.isSamePerson(as: signer.name) {
            return "it says it is \(approval.approver)'s, and the key is \(signer.name)'s"
        }
        if approval.application != environment.application || approval.environment != environment.name {
            return "it is for \(approval.application) \(approval.environment)"
        }
        if approval.commit != commit { return "it is of commit \(approval.commit), and \(commit) is deployed" }
        if approval.at > now + Approval.clockDifference { return "it was given in the future" }
        if approval.expires <= now { return "it has expired" }
        if approval.expires - approval.at > Approval.longestValidity { return "it is valid for more than a week" }
        if run.actors.isEmpty { return "nothing says who runs, who has to be somebody else" }
        if run.actors.contains(where: { $0.isSamePerson(as: signer.name) }) {
            return "\(signer.name) runs the deploy, and somebody else has to approve it"
        }
        return nil
    }
}

extension SignedEnvelope {
    /// Reads an envelope from a text.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` which says where the text is from.
    public init(text: String, from place: String) throws(DeployError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
        } catch {
            throw DeployError(
                .refused, "\(place) cannot be read as a signed document",
                next: "Hand on what approve printed, all of it.")
        }
    }
}
