/// A rollout that failed, with what was done about it; whoever calls the library gets its ``DeployError``.
package struct RolloutFailure: Error, Sendable {
    /// Why, for a person.
    package var error: DeployError
    /// The step that failed.
    package var step: Step
    /// What was done about it.
    package var decision: RollbackDecision
    /// What is known of the failed release.
    package var evidence: FailureEvidence
    /// The migrations that were applied before it failed; nil where a migration itself did, and nobody knows.
    package var migrated: [Int]?
    /// What the release answered before it was taken back; nil when no request was to reach it.
    package var traffic: ReleaseTraffic?
}
