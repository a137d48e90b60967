/// Who may change an environment, and whose word a deploy needs.
public struct AccessPolicy: Sendable, Hashable, Codable {
    /// Whose word a deploy needs beside that of whoever runs it.
    public enum Approval: Sendable, Hashable, Codable {
        /// Nobody's, also in production: of a team of one. The audit trail says so.
        case none
        /// In production, from GitHub Actions: that of a reviewer at GitHub, or of those that `DEPLOYKIT_APPROVERS` names.
        /// Nobody's elsewhere, where a person at their own machine stands for it by their name.
        case reviewed
        /// That of one of these, who is not the one who runs; of those that `DEPLOYKIT_APPROVERS` names when empty.
        case required(approvers: [Approver])
    }

    /// Who may change it, by their names at GitHub; empty, the default, lets everybody.
    public var actors: [String]
    /// Whose word a deploy needs; in production somebody else's by default.
    public var approval: Approval

    /// Makes a policy.
    public init(actors: [String] = [], approval: Approval = .reviewed) {
        self.actors = actors
        self.approval = approval
    }
}

/// A person who may approve a deploy.
public struct Approver: Sendable, Hashable, Codable {
    /// Their name at GitHub.
    public var name: String
    /// The base64 of their public key, as `audit keygen` prints it.
    public var publicKey: String

    /// Makes an approver.
    public init(_ name: String, publicKey: String) {
        self.name = name
        self.publicKey = publicKey
    }
}

extension String {
    /// Whether two names are one person's: GitHub's names have no case.
    package func isSamePerson(as other: String) -> Bool { lowercased() == other.lowercased() }
}
