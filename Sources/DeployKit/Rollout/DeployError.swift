/// Why a deploy, a rollback or a look at the droplet did not do what was asked.
///
/// It says what happened, why, with the evidence, what serves now, and what to type next.
public struct DeployError: Error, Sendable, Hashable {
    /// What went wrong, as a kind; each has an exit code of its own, which does not change.
    public struct Code: Sendable, Hashable {
        /// The name of the kind.
        public let name: String
        /// The exit code of a command that ends with it.
        public let exitCode: Int32

        /// Bad input: refused before anything was changed.
        public static let refused = Code(name: "refused", exitCode: 2)
        /// The droplet did not answer, refused the key, or showed another host key.
        public static let unreachable = Code(name: "unreachable", exitCode: 3)
        /// Another one holds the lease.
        public static let busy = Code(name: "busy", exitCode: 4)
        /// The release did not become healthy; the traffic did not move.
        public static let unhealthy = Code(name: "unhealthy", exitCode: 5)
        /// An image could not be built, does not exist, is another than was asked for, or could not be brought to the
        /// droplet.
        public static let image = Code(name: "image", exitCode: 6)
        /// The edge refused a change.
        public static let edge = Code(name: "edge", exitCode: 7)
        /// The release failed once requests reached it, in a canary or after the cutover; the traffic went back.
        public static let rolledBack = Code(name: "rolledBack", exitCode: 8)
        /// A command on the droplet failed.
        public static let droplet = Code(name: "droplet", exitCode: 9)
        /// `doctor` has a finding that stops a deploy.
        public static let unfit = Code(name: "unfit", exitCode: 10)
        /// The audit trail does not verify, or could not be written.
        public static let audit = Code(name: "audit", exitCode: 11)
        /// A migration failed, or waited too long for a lock; the traffic did not move.
        public static let migration = Code(name: "migration", exitCode: 12)
        /// The whole rollout took longer than its deadline; what it began was taken back.
        public static let deadline = Code(name: "deadline", exitCode: 13)
        /// A quality gate failed, or the record of the gates is missing or does not fit.
        public static let gate = Code(name: "gate", exitCode: 14)
        /// The run was cancelled; the traffic stays where it is.
        public static let cancelled = Code(name: "cancelled", exitCode: 130)
    }

    /// The kind.
    public var code: Code
    /// What happened and why, in a sentence.
    public var message: String
    /// The evidence: findings, the last probe, exit statuses, log lines.
    public var evidence: [String]
    /// What serves now, in a sentence; empty where it is not known.
    public var serving: String
    /// The next command to type, or what to do; empty when there is nothing.
    public var next: String
    /// What is known of a failure whose message quotes others, in DeployKit's own words and numbers: for the audit trail.
    package var facts: [String] = []

    /// What was done about a rollout that failed; nil where none did, or where it could not be done.
    package var decision: RollbackDecision?

    /// Makes an error.
    public init(
        _ code: Code,
        _ message: String,
        evidence: [String] = [],
        serving: String = "",
        next: String = ""
    ) {
        self.code = code
        self.message = message
        self.evidence = evidence
        self.serving = serving
        self.next = next
    }
}
