/// Why GitHub did not do what it was asked.
public struct GitHubError: Error, Sendable, Hashable {
    /// What went wrong, as a kind.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The token is not valid any more (401).
        case unauthorized
        /// The token may not do this (403).
        case forbidden
        /// There is no such repository or object, or the token may not see it (404).
        case notFound
        /// The commit is in a state that does not allow it (409).
        case conflict
        /// GitHub does not accept what was sent (422, or any other 4xx).
        case invalid
        /// Too many requests, and waiting as long as GitHub asks would take too long (429, or 403 with a limit).
        case limited
        /// GitHub has a fault of its own (5xx), also at the last try.
        case unavailable
        /// GitHub did not answer in time, or could not be reached.
        case unreachable
        /// The answer was cut off, or is not what the API promises.
        case malformed
    }

    /// The kind.
    public var kind: Kind
    /// What was asked: `creating a deployment`.
    public var action: String
    /// What GitHub said, or what happened; no token in it.
    public var message: String

    /// Makes an error.
    public init(_ kind: Kind, action: String, message: String) {
        self.kind = kind
        self.action = action
        self.message = message
    }
}

extension GitHubError: CustomStringConvertible {
    /// What happened and what to do, in a line.
    public var description: String {
        let advice =
            switch kind {
            case .unauthorized: "Hand the job's token to the step as GITHUB_TOKEN."
            case .forbidden:
                "Give the job the permission that it lacks: deployments: write (for gates: read), checks: read, actions: read."
            case .notFound: "Check GITHUB_REPOSITORY, and that the token may see it."
            case .conflict, .invalid, .malformed: "Look at the message; nothing on the droplet depends on it."
            case .limited: "Run the job again later."
            case .unavailable, .unreachable: "Look at GitHub's status page; nothing on the droplet depends on it."
            }
        return "\(event). \(advice)"
    }

    /// What happened, without what to do.
    package var event: String { "GitHub: \(action) failed (\(kind.rawValue)): \(message)" }
}
