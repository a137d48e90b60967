/// A plan on its way: a state machine without waiting, which says what to do next after each thing that happened.
public struct Rollout: Sendable, Hashable {
    /// What happened.
    public enum Event: Sendable, Hashable {
        /// The rollout begins.
        case begin
        /// The step that was to be performed was.
        case succeeded
        /// It was not, or it came too late.
        case failed(RolloutProblem)
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
        case .failed(let problem):
            let step = plan.steps[completed.count]
            // A first release that the routes may lead to all the same is not removed: there is no other to move them to.
            let isFirst = step.isCutover(to: plan.slot) && plan.before == nil
            let decision =
                isFirst
                ? .keep
                : policy.decision(for: problem, in: phase, schemaChange: plan.schemaChange, canGoBack: canGoBack)
            failure = (step, decision)
            undoing = decision == .keep ? [] : undoSteps(after: step, in: phase)
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

    /// How far it has come.
    var phase: RolloutPhase {
        guard plan.before != plan.release.id || plan.startsRelease else { return .settling }
        guard completed.contains(where: { $0.isCutover(to: plan.slot) }) else {
            return completed.contains(where: \.isShift) ? .canary : .beforeCutover
        }
        let left = plan.steps.dropFirst(completed.count)
        if left.contains(where: { if case .verify = $0 { true } else { false } }) { return .unverified }
        return left.contains { if case .watch = $0 { true } else { false } } ? .watching : .settling
    }

    /// Whether the slot before runs on: a release was in it, and nothing of it was removed.
    private var canGoBack: Bool {
        plan.before != nil && plan.before != plan.release.id && !completed.contains(.clear(plan.slot.other))
    }

    /// Goes on after a step failed that should have taken something back.
    private mutating func abandonUndo() {
        guard let step = undoing?.removeFirst() else { return }
        switch step {
        case .cutOver, .shift:
            // While requests may still reach the new release, nothing of it is removed.
            undoing = []
            failure?.decision = .keep
        case .stop(plan.slot, _):
            // No worker that has to be alone begins beside another one.
            undoing?.removeAll(where: \.isResume)
        case .clear(plan.slot):
            // Containers of the release are left, and its files with them; no worker begins beside its own.
            let workers = Set(plan.release.workers.map(\.name))
            undoing?.removeAll { step in
                switch step {
                case .prune: true
                case .resume(_, let services): workers.isSuperset(of: services)
                default: false
                }
            }
        default: break
        }
    }

    /// What takes a rollout back in which a step failed, perhaps half done.
    private func undoSteps(after failed: Step, in phase: RolloutPhase) -> [Step] {
        let former = plan.slot.other
        // The stop itself may have been what failed: starting what runs does no harm.
        let stopped = begun.stopped(in: former)
        let workers = Set(plan.release.workers.map(\.name))
        // A service that the new release does not have may be what answers.
        let answering = Set(stopped).subtracting(workers).sorted()
        let others = workers.intersection(stopped).sorted()
        let hasMoved = phase == .unverified || phase == .watching || failed.isCutover(to: plan.slot)
        let reachesRequests = hasMoved || phase == .canary || failed.isShift
        let isTouched = hasTouched(plan.slot)
        var steps: [Step] = []
        // No request reaches it, and what it takes the release before may need.
        if isTouched, !reachesRequests { steps.append(.clear(plan.slot)) }
        // The edge moves routes only to what it finds up.
        if !answering.isEmpty { steps += [.resume(former, answering), .awaitServers(former)] }
        if hasMoved, plan.before != nil {
            steps.append(.cutOver(former, standby: false))
        } else if reachesRequests {
            steps.append(.shift(plan.slot, percent: 0))
        }
        // The traffic first: a queue can wait. No worker runs in both slots.
        var begunWorkers = begun.resumed(in: plan.slot)
        if isTouched, reachesRequests { begunWorkers += workers.sorted() }
        if !begunWorkers.isEmpty { steps.append(.stop(plan.slot, begunWorkers)) }
        if !others.isEmpty { steps.append(.resume(former, others)) }
        if isTouched, reachesRequests {
            steps += [.drain(plan.slot, limit: plan.edge.policy.drainLimit), .clear(plan.slot)]
        }
        if plan.steps.contains(.stage(plan.release.id)) { steps.append(.prune([plan.release.id])) }
        return steps
    }

    /// The steps that were performed, and the one that failed, which may have happened or half happened.
    private var begun: [Step] { Array(plan.steps.prefix(completed.count + 1)) }

    /// Whether the new slot was begun: a rollback to a standby that never moved leaves the standby alone.
    private func hasTouched(_ slot: Slot) -> Bool {
        begun.contains { step in
            if case .start(slot, _, _) = step { return true }
            // A container of the release that runs migrations needs the slot's networks.
            guard case .migrate = step else { return false }
            return begun.contains { if case .prepareEdge(slot, _) = $0 { true } else { false } }
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
    /// Whether it moves all routes to a slot.
    func isCutover(to slot: Slot) -> Bool {
        if case .cutOver(slot, _) = self { true } else { false }
    }

    /// Whether it starts services again.
    fileprivate var isResume: Bool { if case .resume = self { true } else { false } }

    /// Whether it lets a share of the requests reach the new release.
    fileprivate var isShift: Bool {
        if case .shift(_, let percent) = self { percent > 0 } else { false }
    }

    /// Whether it changes which release requests reach.
    var movesTraffic: Bool {
        switch self {
        case .cutOver, .shift: true
        default: false
        }
    }
}
