/// How far a rollout had come when it failed.
public enum RolloutPhase: String, Sendable, Hashable, Codable {
    /// No route had moved.
    case beforeCutover
    /// The routes led to the new release, and it was not verified yet.
    case unverified
    /// The new release was verified; only tidying was left.
    case settling
}

/// What is done about a rollout that failed.
public enum RollbackDecision: String, Sendable, Hashable, Codable {
    /// What was started is removed; the traffic never moved.
    case discard
    /// The routes go back to the release before, and what was started is removed.
    case goBack
    /// The new release stays where it is.
    case keep
}

/// Decides what is done about a failure: pure, from how far the rollout had come and what is there to go back to.
public struct RollbackPolicy: Sendable, Hashable {
    /// Makes the policy.
    public init() {}

    /// The decision for a failure.
    ///
    /// - Parameters:
    ///   - phase: How far the rollout had come.
    ///   - canGoBack: Whether the release before still runs.
    ///   - isCancelled: Whether a person stopped the run; then the traffic stays where it is.
    /// - Returns: What is done.
    public func decision(in phase: RolloutPhase, canGoBack: Bool, isCancelled: Bool) -> RollbackDecision {
        switch phase {
        case .beforeCutover: .discard
        case .unverified: canGoBack && !isCancelled ? .goBack : .keep
        case .settling: .keep
        }
    }
}
