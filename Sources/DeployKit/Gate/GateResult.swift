/// How a gate ended.
public struct GateResult: Sendable, Hashable, Codable {
    /// The ends of a gate.
    public enum Outcome: String, Sendable, Hashable, Codable {
        /// It found nothing to stop a deploy.
        case passed
        /// It found something, or could not do its work.
        case failed
        /// The program that it needs is not installed.
        case toolMissing
        /// It took longer than it may.
        case timedOut
        /// The program that it needs is not installed, or it has nothing to look at, and the environment does not need
        /// it.
        case skipped

        /// Whether it stops a deploy.
        public var isFailure: Bool { self != .passed && self != .skipped }

        /// The end in a word or two.
        public var words: String {
            switch self {
            case .passed: "passed"
            case .failed: "failed"
            case .toolMissing: "tool missing"
            case .timedOut: "timed out"
            case .skipped: "skipped"
            }
        }
    }

    /// The gate's name.
    public var name: String
    /// What it is called in reports.
    public var title: String
    /// What it looks after.
    public var kind: Gate.Kind
    /// How it ended.
    public var outcome: Outcome
    /// Why, in a sentence, and what to do; empty for one that passed.
    public var reason: String
    /// How long it took, in milliseconds.
    public var milliseconds: Int
    /// What it found.
    public var findings: [GateFinding]
    /// The last lines that it printed.
    public var tail: [String]
    /// The file that a finding without a place is shown at.
    public var anchor: String

    /// Makes the result of a gate.
    public init(
        of gate: Gate, _ outcome: Outcome, reason: String = "", took duration: Duration = .zero,
        findings: [GateFinding] = [], tail: [String] = []
    ) {
        name = gate.name
        title = gate.title
        kind = gate.kind
        self.outcome = outcome
        self.reason = reason
        milliseconds = duration.milliseconds
        self.findings = findings
        self.tail = tail
        anchor = gate.anchor
    }

    /// The findings for which it failed; where there is none, the reason as one.
    public var failures: [GateFinding] {
        guard outcome.isFailure else { return [] }
        let errors = findings.filter { $0.severity == .error }
        return errors.isEmpty ? [GateFinding(rule: outcome.rawValue, reason)] : errors
    }
}
