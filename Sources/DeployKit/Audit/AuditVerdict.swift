/// What came of checking an audit trail.
public struct AuditVerdict: Sendable, Hashable {
    /// What does not verify; empty when all of it does.
    public var problems: [AuditProblem] = []
    /// What is worth knowing and no tampering: a run that died, a line that a crash cut off, clocks that differ.
    public var notes: [String] = []
    /// The end of the trail; nil when nothing can be read.
    public var head: AuditHead?
    /// How many records it has.
    public var records = 0
    /// The key that the records were checked with; nil where they are not signed.
    public var key: AuditPublicKey?

    /// Whether the trail is what was written.
    public var isIntact: Bool { problems.isEmpty }
}

/// What an audit trail is checked against.
public struct AuditExpectation: Sendable, Hashable {
    /// The environment, as `bankflow-production`.
    public var scope: String
    /// The key that has to have signed it; nil takes the one that the trail itself names, or none.
    public var key: AuditPublicKey?
    /// A head that was kept off the droplet; nil when there is none.
    public var head: AuditHead?
    /// The release of the last rollout that the droplet remembers, of which the trail has to tell; nil without any.
    public var release: Release.ID?

    /// Makes an expectation.
    public init(scope: String, key: AuditPublicKey? = nil, head: AuditHead? = nil, release: Release.ID? = nil) {
        self.scope = scope
        self.key = key
        self.head = head
        self.release = release
    }
}
