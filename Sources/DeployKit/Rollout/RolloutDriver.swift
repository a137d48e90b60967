/// Carries a plan out on a droplet: performs what the ``Rollout`` says, and tells it what happened.
struct RolloutDriver<C: Clock<Duration>>: Sendable {
    let environment: Environment
    let droplet: any LeasedDroplet
    let clock: C
    let observer: any RolloutObserver
    /// What is deployed; nil for a rollback, whose release is on the droplet.
    let candidate: ReleaseCandidate?
    let actor: String

    /// What the steps of one rollout hand on to one another.
    struct Progress {
        var edge: EdgeEnvironment
        var references: [Digest: String]
        var probes: [ProbeResult] = []
        /// How the slot was when the gate failed.
        var health: SlotHealth?
        var phases: [RolloutReport.Phase] = []
        var cutoverMicroseconds: Int?
    }

    /// Carries the plan out to its end, or to where it fails and back.
    ///
    /// - Throws: ``RolloutFailure`` when a step failed; what it began was taken back by then.
    func carryOut(_ plan: Plan, images: [Digest: String]) async throws -> RolloutReport {
        var progress = Progress(edge: plan.edge, references: images)
        var rollout = Rollout(plan)
        let start = clock.now
        await observer.observe(.planned(plan))
        var action = rollout.handle(.begin)
        var failure: (error: any Error, evidence: FailureEvidence)?
        while true {
            switch action {
            case .perform(let step):
                let number = rollout.performed.count + 1
                await observer.observe(.began(step, number: number, count: plan.steps.count))
                let stepStart = clock.now
                do {
                    let detail = try await perform(step, of: plan, since: start, progress: &progress)
                    let duration = stepStart.duration(to: clock.now)
                    progress.phases.append(RolloutReport.Phase(step: step, duration: duration))
                    await observer.observe(.performed(step, duration, detail: detail))
                    action = rollout.handle(.succeeded)
                } catch {
                    let evidence = await gatherEvidence(plan, progress, after: error)
                    failure = (error, evidence)
                    await observer.observe(.failed(step, DeployError(error, evidence: evidence)))
                    action = rollout.handle(.failed(isCancelled: error is CancellationError || Task.isCancelled))
                }
            case .undo(let step):
                let isDone = await undo(step, of: plan, progress: &progress)
                action = rollout.handle(isDone ? .succeeded : .failed(isCancelled: false))
            case .finish(.succeeded):
                let report = RolloutReport(
                    plan: plan, phases: progress.phases, duration: start.duration(to: clock.now),
                    cutoverMicroseconds: progress.cutoverMicroseconds)
                await observer.observe(.ended(report))
                return report
            case .finish(.failed(let step, let decision)):
                let evidence = failure?.evidence ?? FailureEvidence()
                let error = DeployError(failure?.error ?? CancellationError(), evidence: evidence)
                    .after(decision, at: step, plan: plan, environment: environment)
                await keepRecord(of: plan, error: error, evidence: evidence, duration: start.duration(to: clock.now))
                throw RolloutFailure(error: error, step: step, decision: decision, evidence: evidence)
            }
        }
    }

    /// Takes something back, and returns whether that was done.
    private func undo(_ step: Step, of plan: Plan, progress: inout Progress) async -> Bool {
        let start = clock.now
        var problem: String?
        do {
            let begun = progress
            progress = try await withoutCancellation {
                var progress = begun
                _ = try await perform(step, of: plan, since: start, progress: &progress)
                return progress
            }
        } catch {
            problem = DeployError(error).message
        }
        await observer.observe(.undid(step, start.duration(to: clock.now), problem: problem))
        return problem == nil
    }

    /// Remembers a failure on the droplet, as far as it still answers.
    private func keepRecord(
        of plan: Plan, error: DeployError, evidence: FailureEvidence, duration: Duration
    ) async {
        let record = RolloutRecord(
            action: plan.action, release: plan.release.id, before: plan.before, result: .failed, actor: actor,
            milliseconds: duration.milliseconds, reason: error.message)
        // The failure itself is what the person has to hear of, not that it could not be written down.
        try? await withoutCancellation {
            try await droplet.keep(evidence, of: plan.release.id)
            try await droplet.record(record)
        }
    }

    /// Collects what is known of the failed release, before it is removed.
    private func gatherEvidence(_ plan: Plan, _ progress: Progress, after error: any Error) async -> FailureEvidence {
        guard !(error is LeaseError), (error as? ShellError)?.code != .connectionLost else { return FailureEvidence() }
        let observed =
            try? await withoutCancellation { try await droplet.health(of: plan.slot, after: nil, within: .zero) }
        let health = progress.health ?? observed
        let logs = try? await withoutCancellation { try await droplet.logs(of: plan.slot, services: [], lines: 20) }
        return FailureEvidence(
            probes: progress.probes, containers: health?.containers ?? [], servers: health?.servers ?? [],
            logs: logs ?? [])
    }
}

/// Runs work that has to be finished even when the run is being cancelled: taking back, remembering.
func withoutCancellation<Result: Sendable>(
    _ work: @Sendable @escaping () async throws -> Result
) async throws -> Result {
    // The task is awaited at once, so its owner is this call; only its cancellation is its own. It stays where this
    // call runs, which a simulation decides.
    let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
    return try await Task(executorPreference: executor) { try await work() }.value
}
