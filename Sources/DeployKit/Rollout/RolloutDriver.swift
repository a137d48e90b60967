/// Carries a plan out on a droplet: performs what the ``Rollout`` says, and tells it what happened.
struct RolloutDriver<C: Clock<Duration>>: Sendable {
    let environment: Environment
    let droplet: any LeasedDroplet
    let clock: C
    let observer: any RolloutObserver
    /// What is deployed; nil for a rollback, whose release is on the droplet.
    let candidate: ReleaseCandidate?
    let actor: String
    /// What is taken out of all that is kept on the droplet.
    let secrets: KnownSecrets
    /// What the edge had counted before the first step; empty where it did not say.
    var counters: [EdgeCounters] = []

    /// What the steps of one rollout hand on to one another.
    struct Progress: Sendable {
        var edge: EdgeEnvironment
        var references: [Digest: String]
        var probes: [ProbeResult] = []
        /// How the slot was when the gate failed.
        var health: SlotHealth?
        var phases: [RolloutReport.Phase] = []
        var cutoverMicroseconds: Int?
        /// How things were just before requests reached the release, for the watch that comes next.
        var baseline: WatchSample?
        /// Counts what the release answers, from its first request on.
        var counter: TrafficCounter?
        /// Counts what the release before answers, from the first step on.
        var counterBefore: TrafficCounter?
        /// The dump that was made before the migrations.
        var checkpoint: Checkpoint?
    }

    /// Carries the plan out to its end, or to where it fails and back.
    ///
    /// - Throws: ``RolloutFailure`` when a step failed; what it began was taken back by then.
    func carryOut(_ plan: Plan, images: [Digest: String]) async throws -> RolloutReport {
        var progress = Progress(edge: plan.edge, references: images)
        if !counters.isEmpty { progress.counterBefore = TrafficCounter(plan.slot.other, from: counters) }
        var rollout = Rollout(plan)
        let start = clock.now
        let deadline = start.advanced(by: environment.deadline)
        await observer.observe(.planned(plan))
        var action = rollout.handle(.begin)
        var failure: Failure?
        while true {
            switch action {
            case .perform(let step):
                let number = rollout.performed.count + 1
                await observer.observe(.began(step, number: number, count: plan.steps.count))
                let stepStart = clock.now
                do {
                    let detail = try await withDeadline(deadline, in: rollout.phase, of: plan, progress: &progress) {
                        driver, progress in
                        try await driver.perform(step, of: plan, since: start, progress: &progress)
                    }
                    let duration = stepStart.duration(to: clock.now)
                    progress.phases.append(RolloutReport.Phase(step: step, duration: duration))
                    await observer.observe(.performed(step, duration, detail: detail))
                    action = rollout.handle(.succeeded)
                } catch {
                    action = rollout.handle(.failed(RolloutProblem(error)))
                    var undone: (step: Step, outcome: Undoing)?
                    if case .undo(let step) = action, step.movesTraffic {
                        // Every moment counts for the requests: evidence and words come after it.
                        let outcome = await undo(step, of: plan, progress: &progress)
                        undone = (step, outcome)
                        action = rollout.handle(outcome.event)
                    }
                    let evidence = await gatherEvidence(plan, progress, after: error)
                    failure = Failure(error: error, evidence: evidence)
                    await observer.observe(.failed(step, DeployError(error, evidence: evidence)))
                    if let undone { await tell(undone.step, undone.outcome, &failure) }
                }
            case .undo(let step):
                let outcome = await undo(step, of: plan, progress: &progress)
                action = rollout.handle(outcome.event)
                await tell(step, outcome, &failure)
            case .finish(.succeeded):
                let report = RolloutReport(
                    plan: plan, phases: progress.phases, duration: start.duration(to: clock.now),
                    cutoverMicroseconds: progress.cutoverMicroseconds, traffic: progress.counter?.traffic)
                await observer.observe(.ended(report))
                return report
            case .finish(.failed(let step, let decision)):
                let evidence = failure?.evidence ?? FailureEvidence()
                let traffic = progress.counter?.traffic
                var error = DeployError(failure?.error ?? CancellationError(), evidence: evidence)
                    .after(decision, at: step, plan: plan, environment: environment, traffic: traffic)
                    .leaving(failure?.rest ?? [], of: plan)
                    .unable(toGoBack: failure?.problem, from: step, of: plan)
                if let checkpoint = progress.checkpoint { error.evidence.append(checkpoint.advice) }
                if let traffic { await observer.observe(.counted(plan.release.id, traffic)) }
                await keepRecord(of: plan, error: error, evidence: evidence, duration: start.duration(to: clock.now))
                throw RolloutFailure(
                    error: error, step: step, decision: decision, evidence: evidence,
                    migrated: step.migrations.isEmpty ? rollout.performed.flatMap(\.migrations) : nil,
                    traffic: traffic)
            }
        }
    }

    /// Why the rollout failed.
    private struct Failure {
        var error: any Error
        var evidence: FailureEvidence
        /// Why the traffic did not go back; nil when it did, or did not have to.
        var problem: String?
        /// What else could not be taken back, and why.
        var rest: [(step: Step, problem: String)] = []
    }

    /// What came of taking something back.
    private struct Undoing {
        var duration: Duration
        var problem: String?
        var event: Rollout.Event { problem == nil ? .succeeded : .failed(.effect) }
    }

    /// Takes something back; that it fails does not keep the rest from being taken back.
    private func undo(_ step: Step, of plan: Plan, progress: inout Progress) async -> Undoing {
        let start = clock.now
        do {
            let begun = progress
            progress = try await withoutCancellation {
                var progress = begun
                _ = try await perform(step, of: plan, since: start, progress: &progress)
                return progress
            }
            if case .drain(plan.slot, _) = step { await count(plan, &progress) }
            return Undoing(duration: start.duration(to: clock.now))
        } catch {
            return Undoing(duration: start.duration(to: clock.now), problem: DeployError(error).message)
        }
    }

    /// Says what came of taking something back.
    private func tell(_ step: Step, _ outcome: Undoing, _ failure: inout Failure?) async {
        if step.movesTraffic {
            failure?.problem = outcome.problem
        } else if let problem = outcome.problem {
            failure?.rest.append((step, problem))
        }
        await observer.observe(.undid(step, outcome.duration, problem: outcome.problem))
    }

    /// Remembers a failure on the droplet, as far as it still answers.
    private func keepRecord(
        of plan: Plan, error: DeployError, evidence: FailureEvidence, duration: Duration
    ) async {
        let record = RolloutRecord(
            action: plan.action, release: plan.release.id, before: plan.before, result: .failed, actor: actor,
            milliseconds: duration.milliseconds, reason: secrets.redact(error.message))
        // The failure itself is what the person has to hear of, not that it could not be written down.
        try? await withoutCancellation { [evidence = evidence.redacted(by: secrets)] in
            try await droplet.keep(evidence, of: plan.release.id)
            try await droplet.record(record)
        }
    }

    /// Collects what is known of the failed release, before it is removed.
    private func gatherEvidence(_ plan: Plan, _ progress: Progress, after error: any Error) async -> FailureEvidence {
        guard !(error is LeaseError), (error as? ShellError)?.code != .connectionLost else { return FailureEvidence() }
        // Nothing of the release ran yet.
        if (error as? DeployError)?.code == .migration { return FailureEvidence() }
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
