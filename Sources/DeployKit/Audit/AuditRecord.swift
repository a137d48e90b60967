/// What a record of the audit trail says: who, when, where, and what happened.
///
/// It holds no secret, nothing that a service printed or answered, and no personal data but the actor's name.
public struct AuditRecord: Sendable, Hashable, Codable {
    /// The environment, as `bankflow-production`.
    public var scope: String
    /// When it was written, in seconds since 1970, by the clock of whoever signs.
    public var at: Int
    /// Who ran the command.
    public var actor: String
    /// The page of the run; empty outside of CI.
    public var runURL: String
    /// The beginning of a chain, where the record is one.
    public var chain: AuditBeginning?
    /// A change that is about to begin, where the record is one.
    public var before: AuditIntent?
    /// How a change ended, where the record is one.
    public var after: AuditOutcome?

    /// Makes a record of one kind.
    public init(
        scope: String, at: Int, actor: String, runURL: String, chain: AuditBeginning? = nil,
        before: AuditIntent? = nil, after: AuditOutcome? = nil
    ) {
        self.scope = scope
        self.at = at
        self.actor = actor
        self.runURL = runURL
        self.chain = chain
        self.before = before
        self.after = after
    }
}

/// The first record of a chain.
public struct AuditBeginning: Sendable, Hashable, Codable {
    /// The version of the format: 1.
    public var format = 1
    /// The base64 of the public key that signs the chain; empty where nothing is signed.
    public var publicKey: String
    /// Why the chain before was given up; nil for the first one.
    public var broken: AuditBreak?

    /// Makes a beginning.
    public init(publicKey: String, broken: AuditBreak? = nil) {
        self.publicKey = publicKey
        self.broken = broken
    }
}

/// A chain that did not verify, as the next one remembers it.
public struct AuditBreak: Sendable, Hashable, Codable {
    /// The SHA-256 of its file, which is kept as `audit-<first 12 digits>.jsonl` beside the new one.
    public var digest: Digest
    /// How many lines it had.
    public var lines: Int
    /// What did not verify, in words; at most ten.
    public var problems: [String]
    /// The last head that was known off the droplet.
    public var head: AuditHead?

    /// Makes a break.
    public init(digest: Digest, lines: Int, problems: [String], head: AuditHead?) {
        self.digest = digest
        self.lines = lines
        self.problems = problems
        self.head = head
    }
}
