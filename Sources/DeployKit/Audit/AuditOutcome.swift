/// How a change ended.
public struct AuditOutcome: Sendable, Hashable, Codable {
    /// How it ended, in a word.
    public enum Result: String, Sendable, Hashable, Codable {
        /// As it was asked for.
        case succeeded
        /// Otherwise.
        case failed
        /// A person stopped it.
        case cancelled
    }

    /// How long one step took.
    public struct Phase: Sendable, Hashable, Codable {
        /// The step's name.
        public var step: String
        /// How long it took.
        public var milliseconds: Int
    }

    /// The number of the record that says what was to be done.
    public var intent: Int
    /// How it ended.
    public var result: Result
    /// How long the whole took.
    public var milliseconds: Int
    /// The steps that were performed.
    public var phases: [Phase]?
    /// The version of the database's schema; nil where it is not known.
    public var schemaAfter: String?
    /// The kind of the error, as in ``DeployError/Code/name``.
    public var code: String?
    /// The step that failed.
    public var step: String?
    /// What was done about the failure.
    public var decision: RollbackDecision?
    /// What is known of the failure, in DeployKit's words and numbers, never in those of a service.
    public var facts: [String]?

    /// Makes an outcome that says how it went and how long it took.
    init(_ result: Result, milliseconds: Int, phases: [Phase]? = nil) {
        self.intent = 0
        self.result = result
        self.milliseconds = milliseconds
        self.phases = phases
    }
}

extension AuditOutcome {
    /// How a rollout went.
    init(_ report: RolloutReport) {
        self.init(
            .succeeded, milliseconds: report.duration.milliseconds,
            phases: report.phases.map { Phase(step: $0.step.name, milliseconds: $0.duration.milliseconds) })
    }

    /// Why a change failed.
    init(_ error: any Error, after duration: Duration) {
        let failure = error as? RolloutFailure
        let known = DeployError(error)
        self.init(known.code == .cancelled ? .cancelled : .failed, milliseconds: duration.milliseconds)
        code = known.code.name
        step = failure?.step.name
        decision = failure?.decision
        let facts = (failure?.evidence.facts ?? []) + known.facts
        if !facts.isEmpty {
            // With such facts, the message quotes what a service answered.
            self.facts = Array(facts.prefix(20))
        } else if known.code != .migration {
            // What the database or the application said of a migration may be anything, rows of people included.
            self.facts = [String(known.message.lastLines(1).prefix(300))]
        }
    }
}

extension FailureEvidence {
    /// Statuses and states alone.
    fileprivate var facts: [String] {
        probes.map { probe in probe.status.map { "\(probe.host) answered \($0)" } ?? "\(probe.host) did not answer" }
            + containers.compactMap { container in
                guard container.state != .running || container.health == .unhealthy || container.restarts > 0 else {
                    return nil
                }
                return "\(container.name) \(container.state.rawValue), exit status \(container.exitStatus), "
                    + "restarted \(container.restarts) times" + (container.ranOutOfMemory ? ", out of memory" : "")
            }
            + servers.filter { !$0.isUp }.map { "the edge finds \($0.service) down" }
    }
}
