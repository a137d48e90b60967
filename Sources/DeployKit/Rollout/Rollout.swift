/// A plan on its way: a state machine without waiting, which says what to do next after each thing that happened.
public struct Rollout: Sendable, Hashable {
    /// What happened.
    public enum Event: Sendable, Hashable {
        /// The rollout begins.
        case begin
        /// The step that was to be performed was.
        case succeeded
        /// It was not, or the run was cancelled meanwhile.
        case failed(isCancelled: Bool)
    }

    /// What to do next.
    public enum Action: Sendable, Hashable {
        /// Perform a step of the plan.
        case perform(Step)
        /// Perform a step that takes something back.
        case undo(Step)
        /// Nothing more: this is how it ended.
        case finish(Outcome)
    }

    /// How a rollout ended.
    public enum Outcome: Sendable, Hashable {
        /// All steps were performed.
        case succeeded
        /// A step failed.
        case failed(Step, RollbackDecision)
    }

    /// What is carried out.
    public let plan: Plan
    private let policy: RollbackPolicy
    private var completed: [Step] = []
    private var undoing: [Step]?
    private var failure: (step: Step, decision: RollbackDecision)?

    /// Makes a rollout of a plan.
    public init(_ plan: Plan, policy: RollbackPolicy = RollbackPolicy()) {
        self.plan = plan
        self.policy = policy
    }

    /// The steps of the plan that were performed.
    public var performed: [Step] { completed }

    /// Takes in what happened and says what to do next.
    public mutating func handle(_ event: Event) -> Action {
        switch event {
        case .begin:
            return next
        case .succeeded where undoing != nil:
            undoing?.removeFirst()
            return next
        case .failed where undoing != nil:
            abandonUndo()
            return next
        case .succeeded:
            completed.append(plan.steps[completed.count])
            return next
        case .failed(let isCancelled):
            let step = plan.steps[completed.count]
            // A cutover that failed may have moved the routes all the same: they have to be moved back before anything
            // of the new release is removed.
            let isCutover = step.isCutover(to: plan.slot) && phase == .beforeCutover
            let decision: RollbackDecision =
                isCutover
                ? (canGoBack ? .goBack : .keep)
                : policy.decision(in: phase, canGoBack: canGoBack, isCancelled: isCancelled)
            failure = (step, decision)
            undoing = undoSteps(after: decision)
            return next
        }
    }

    private var next: Action {
        if let failure {
            if let step = undoing?.first { return .undo(step) }
            return .finish(.failed(failure.step, failure.decision))
        }
        if completed.count < plan.steps.count { return .perform(plan.steps[completed.count]) }
        return .finish(.succeeded)
    }

    private var phase: RolloutPhase {
        let hasMoved = completed.contains { $0.isCutover(to: plan.slot) }
        guard hasMoved else { return .beforeCutover }
        let isVerified = completed.contains { if case .verify = $0 { true } else { false } }
        let verifies = plan.steps.contains { if case .verify = $0 { true } else { false } }
        return isVerified || !verifies ? .settling : .unverified
    }

    /// Whether the slot before runs on: a release was in it, and nothing of it was removed.
    private var canGoBack: Bool {
        plan.before != nil && plan.before != plan.release.id && !completed.contains(.clear(plan.slot.other))
    }

    /// Goes on after a step failed that should have taken something back.
    private mutating func abandonUndo() {
        guard let step = undoing?.removeFirst() else { return }
        switch step {
        case .cutOver:
            // The routes may lead to the new release: nothing of it is removed.
            undoing = []
            failure?.decision = .keep
        case .clear:
            // Containers of the release are left: its files stay, and no worker that has to be alone begins beside them.
            undoing = plan.memory.verdict == .stopFirst ? undoing?.filter(\.isResume) : []
        default: break
        }
    }

    private func undoSteps(after decision: RollbackDecision) -> [Step] {
        let former = plan.slot.other
        let stopped = begun.flatMap { step -> [String] in
            if case .stop(former, let services) = step { services } else { [] }
        }
        var steps: [Step] = []
        let resumed = Array(Set(stopped)).sorted()
        let resume: [Step] = resumed.isEmpty ? [] : [.resume(former, resumed)]
        // Where both releases do not fit, the former one's web services were stopped, and it has to be up to be moved to.
        if plan.memory.verdict == .stopFirst, decision == .goBack { steps += resume }
        switch decision {
        case .keep: return []
        case .goBack: steps.append(.cutOver(former, standby: false))
        case .discard: break
        }
        let started = begun.flatMap { step -> [String] in
            if case .resume(plan.slot, let services) = step { services } else { [] }
        }
        if hasTouched(plan.slot) {
            steps.append(.clear(plan.slot))
        } else if !started.isEmpty {
            steps.append(.stop(plan.slot, started))
        }
        // Last, for a worker that has to be alone may run in the new slot.
        if !steps.starts(with: resume) || resume.isEmpty { steps += resume }
        if plan.steps.contains(.stage(plan.release.id)) { steps.append(.prune([plan.release.id])) }
        return steps
    }

    /// The steps that were performed, and the one that failed, which may have happened or half happened.
    private var begun: ArraySlice<Step> { plan.steps.prefix(completed.count + 1) }

    /// Whether the new slot was begun: a rollback to a standby that never moved leaves the standby alone.
    private func hasTouched(_ slot: Slot) -> Bool {
        begun.contains { step in
            if case .start(slot, _, _) = step { true } else { false }
        }
    }
}

extension Rollout {
    /// Two rollouts are equal when they carry out the same plan and have come equally far.
    public static func == (left: Rollout, right: Rollout) -> Bool {
        left.plan == right.plan && left.completed == right.completed && left.undoing == right.undoing
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(plan)
        hasher.combine(completed)
        hasher.combine(undoing)
    }
}

extension Step {
    /// Whether it starts services again.
    fileprivate var isResume: Bool { if case .resume = self { true } else { false } }

    /// Whether it moves the routes to a slot.
    func isCutover(to slot: Slot) -> Bool {
        if case .cutOver(slot, _) = self { true } else { false }
    }
}
