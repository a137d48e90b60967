/// A rollout that failed, with what was done about it.
public struct RolloutFailure: Error, Sendable {
    /// Why, for a person.
    public var error: DeployError
    /// The step that failed.
    public var step: Step
    /// What was done about it.
    public var decision: RollbackDecision
    /// What is known of the failed release.
    public var evidence: FailureEvidence
    /// What the release answered before it was taken back; nil when no request was to reach it.
    public var traffic: ReleaseTraffic?
}
