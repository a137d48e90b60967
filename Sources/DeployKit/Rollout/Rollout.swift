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
        case .succeeded where undoing != nil, .failed where undoing != nil:
            undoing?.removeFirst()
            return next
        case .succeeded:
            completed.append(plan.steps[completed.count])
            return next
        case .failed(let isCancelled):
            let step = plan.steps[completed.count]
            let decision = policy.decision(in: phase, canGoBack: canGoBack, isCancelled: isCancelled)
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
        let movesTo = Step.cutOver(plan.slot, standby: false)
        let hasMoved = completed.contains { $0.isCutover(like: movesTo) }
        guard hasMoved else { return .beforeCutover }
        let isVerified = completed.contains { if case .verify = $0 { true } else { false } }
        let verifies = plan.steps.contains { if case .verify = $0 { true } else { false } }
        return isVerified || !verifies ? .settling : .unverified
    }

    /// Whether the slot before runs on: a release was in it, and nothing of it was removed.
    private var canGoBack: Bool {
        plan.before != nil && plan.before != plan.release.id && !completed.contains(.clear(plan.slot.other))
    }

    private func undoSteps(after decision: RollbackDecision) -> [Step] {
        let former = plan.slot.other
        let stopped = completed.flatMap { step -> [String] in
            if case .stop(former, let services) = step { services } else { [] }
        }
        var steps: [Step] = []
        // The stop itself may have been what failed, half done: starting what runs does no harm.
        let stopping: [String] =
            if completed.count < plan.steps.count, case .stop(former, let services) = plan.steps[completed.count] {
                services
            } else { [] }
        let resumed = Array(Set(stopped + stopping)).sorted()
        switch decision {
        case .keep:
            return []
        case .goBack:
            if !resumed.isEmpty { steps.append(.resume(former, resumed)) }
            steps.append(.cutOver(former, standby: false))
        case .discard:
            if !resumed.isEmpty { steps.append(.resume(former, resumed)) }
        }
        if hasTouched(plan.slot) { steps.append(.clear(plan.slot)) }
        if plan.steps.contains(.stage(plan.release.id)) { steps.append(.prune([plan.release.id])) }
        return steps
    }

    /// Whether the new slot was begun: a rollback to a standby that never moved leaves the standby alone.
    private func hasTouched(_ slot: Slot) -> Bool {
        let begun = plan.steps.prefix(completed.count + 1)
        let isPrepared = begun.contains { if case .prepareEdge(slot, _) = $0 { true } else { false } }
        return begun.contains { step in
            switch step {
            case .start(slot, _, _): true
            // A container of the release that runs migrations needs the slot's networks.
            case .migrate: isPrepared
            default: false
            }
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
    fileprivate func isCutover(like other: Step) -> Bool {
        if case .cutOver(let slot, _) = self, case .cutOver(let otherSlot, _) = other {
            slot == otherSlot
        } else {
            false
        }
    }
}
