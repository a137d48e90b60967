/// How far a rollout had come when it failed.
public enum RolloutPhase: String, Sendable, Hashable, Codable, CaseIterable {
    /// No request had reached the new release.
    case beforeCutover
    /// A share of the requests reached the new release; the routes led to the one before.
    case canary
    /// The routes led to the new release, and it was not verified yet.
    case unverified
    /// The new release was verified, and was being watched.
    case watching
    /// The new release has proved itself; only tidying was left.
    case settling
}

/// What went wrong in a rollout.
public enum RolloutProblem: String, Sendable, Hashable, Codable, CaseIterable {
    /// Something could not be done: a command on the droplet failed, the edge refused a change.
    case effect
    /// The release was found wanting: by the gate, the verification, the watch.
    case release
    /// The whole rollout took longer than its deadline.
    case deadline
    /// A person stopped the run.
    case cancelled
}

/// What is done about a rollout that failed.
public enum RollbackDecision: String, Sendable, Hashable, Codable, CaseIterable {
    /// What was started is removed; the traffic never moved.
    case discard
    /// The requests go back to the release before, and what was started is removed.
    case goBack
    /// The new release stays where it is.
    case keep
}

/// Decides what is done about a failure: pure, from what failed, how far the rollout had come, what it did to the
/// schema, and what is there to go back to.
public struct RollbackPolicy: Sendable, Hashable {
    /// Makes the policy.
    public init() {}

    /// The decision for a failure.
    ///
    /// - Parameters:
    ///   - problem: What went wrong.
    ///   - phase: How far the rollout had come.
    ///   - schemaChange: What the rollout did to the schema: after a contraction the release before may not work.
    ///   - canGoBack: Whether the release before still runs.
    /// - Returns: What is done.
    public func decision(
        for problem: RolloutProblem, in phase: RolloutPhase, schemaChange: SchemaChange = .none, canGoBack: Bool
    ) -> RollbackDecision {
        switch phase {
        case .beforeCutover:
            return .discard
        case .canary:
            // The release before answers most requests as it is: the rest comes back to it, whoever asks for that.
            return .goBack
        case .unverified, .watching:
            // Where a person stops the run, the traffic stays where it is.
            guard canGoBack, problem != .cancelled, schemaChange != .contract else { return .keep }
            return .goBack
        case .settling:
            return .keep
        }
    }
}
