/// Something that happened in a rollout, for whoever shows it.
public enum RolloutEvent: Sendable, Hashable {
    /// The plan that is carried out.
    case planned(Plan)
    /// A step began, the `number`th of `count`.
    case began(Step, number: Int, count: Int)
    /// A step is under way; what it waits for.
    case progressed(Step, String)
    /// A step was performed; what came of it, if that is worth a word.
    case performed(Step, Duration, detail: String)
    /// A step failed.
    case failed(Step, DeployError)
    /// A step takes something back.
    case undid(Step, Duration, problem: String?)
    /// What a release answered that was taken back.
    case counted(Release.ID, ReleaseTraffic)
    /// It is over.
    case ended(RolloutReport)
    /// The audit trail of it is complete, and ends with this record.
    case audited(AuditHead)
    /// Something beside the rollout did not go as it should, in words.
    case remarked(String)
}

/// How a rollout went, from the first step to the last.
public struct RolloutReport: Sendable, Hashable {
    /// What was carried out.
    public var plan: Plan
    /// How long each performed step took, in order.
    public var phases: [Phase]
    /// How long the whole took.
    public var duration: Duration
    /// How long the change of the routes itself took on the droplet, in microseconds; nil without one.
    public var cutoverMicroseconds: Int?
    /// What the release answered until it had proved itself; nil without a watch.
    public var traffic: ReleaseTraffic?

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - plan: What was carried out.
    ///   - phases: The performed steps, in order.
    ///   - duration: How long the whole took.
    ///   - cutoverMicroseconds: How long the change of the routes took on the droplet; nil without one.
    ///   - traffic: What the release answered; nil without a watch.
    public init(
        plan: Plan, phases: [Phase] = [], duration: Duration = .zero, cutoverMicroseconds: Int? = nil,
        traffic: ReleaseTraffic? = nil
    ) {
        self.plan = plan
        self.phases = phases
        self.duration = duration
        self.cutoverMicroseconds = cutoverMicroseconds
        self.traffic = traffic
    }

    /// A step that was performed.
    public struct Phase: Sendable, Hashable {
        /// The step.
        public var step: Step
        /// How long it took.
        public var duration: Duration

        /// Makes a phase.
        public init(step: Step, duration: Duration) {
            self.step = step
            self.duration = duration
        }
    }
}

/// Shows a rollout while it runs: on a terminal, in a log, as JSON lines.
public protocol RolloutObserver: Sendable {
    /// Takes in what happened. Called in order, one event after the other.
    func observe(_ event: RolloutEvent) async
}
