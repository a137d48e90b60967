/// The audit trail of an environment in the hands of one run, which holds the lease.
struct AuditLog: Sendable {
    /// The end of the trail; nil before the first record.
    private(set) var head: AuditHead?
    private let settings: AuditSettings
    private let scope: String
    private let owner: LeaseOwner
    private let trail: AuditTrail
    /// Why the chain is given up, where it is.
    private var broken: AuditBreak?
    private var intent = 0

    /// Takes up a trail that verifies.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/audit`` when it does not, unless a new chain is allowed.
    init(
        _ trail: AuditTrail, settings: AuditSettings, environment: Environment, owner: LeaseOwner, known: AuditHead?,
        lastRelease: Release.ID? = nil
    ) throws {
        self.settings = settings
        self.scope = environment.scope
        self.owner = owner
        self.trail = trail
        let key = try settings.trustedKey(of: environment)
        let verdict = trail.verify(
            AuditExpectation(scope: scope, key: key, head: known, release: lastRelease), depth: .lastSignature)
        head = verdict.head
        if verdict.isIntact {
            // Its own word is enough to know that it is signed, and that an unsigned record would break it.
            guard verdict.key == nil || settings.key != nil else {
                throw DeployError(
                    .refused, "the audit trail of \(scope) is signed, and DEPLOYKIT_AUDIT_KEY is not set",
                    next: "Set the key in this environment's secrets.")
            }
            return
        }
        guard settings.allowsNewChain else { throw Self.refusal(verdict, scope: scope, isEmpty: trail.bytes.isEmpty) }
        broken = AuditBreak(
            digest: trail.digest, lines: trail.lines.count, problems: verdict.problems.prefix(10).map(\.text),
            head: known)
        head = AuditHead(sequence: max(known?.sequence ?? 0, trail.entries.map(\.sequence).max() ?? 0), hash: "")
    }

    private static func refusal(_ verdict: AuditVerdict, scope: String, isEmpty: Bool) -> DeployError {
        let count = verdict.problems.count
        return DeployError(
            .audit,
            isEmpty
                ? "the audit trail of \(scope) is gone; nothing was changed"
                : "the audit trail of \(scope) does not verify (\(count) \(count == 1 ? "problem" : "problems")); "
                    + "nothing was changed",
            evidence: verdict.problems.prefix(10).map(\.text),
            next: "Find out who changed it: audit show, audit export. Then run the same command with "
                + "--new-audit-chain, which keeps the trail beside a new one that records the break.")
    }

    /// What a person should know of the trail.
    var findings: [Finding] {
        guard let broken else { return [] }
        return [
            Finding(
                .warning, "audit", "a new audit chain begins: \(broken.problems.joined(separator: "; "))",
                advice: "The trail before is kept on the droplet as \(Self.archive(broken.digest)).")
        ]
    }

    /// What a file of a chain that was given up is called.
    static func archive(_ digest: Digest) -> String { "audit-\(digest.short).jsonl" }

    /// Writes what is about to be done, before anything is.
    mutating func begin(_ intent: AuditIntent, on droplet: any LeasedDroplet) async throws {
        var intent = intent
        intent.commit = settings.commit.isEmpty ? nil : settings.commit
        intent.reason = settings.reason.isEmpty ? nil : String(settings.reason.prefix(500))
        intent.approver = settings.approver.isEmpty ? nil : settings.approver
        intent.overrides = settings.overrides.isEmpty ? nil : settings.overrides
        intent.interrupted = broken == nil ? trail.openIntent : nil
        intent.torn = broken == nil && trail.torn > 0 ? trail.torn : nil
        var entries: [AuditEntry] = []
        let startsChain = broken != nil || trail.lines.isEmpty
        if startsChain {
            let beginning = AuditBeginning(publicKey: settings.key?.publicKey.description ?? "", broken: broken)
            var record = record
            record.chain = beginning
            entries.append(
                try AuditEntry(record, sequence: (head?.sequence ?? 0) + 1, previous: "", key: settings.key))
        }
        let before = entries.last?.head ?? head
        var record = record
        record.before = intent
        let entry = try AuditEntry(
            record, sequence: (before?.sequence ?? 0) + 1, previous: before?.hash ?? "", key: settings.key)
        entries.append(entry)
        if broken != nil {
            try await droplet.renewAudit(entries, replacing: trail.digest)
        } else {
            try await droplet.appendAudit(entries, after: startsChain ? "" : before?.hash ?? "")
        }
        self.intent = entry.sequence
        head = entry.head
    }

    /// Writes how it ended.
    mutating func end(_ outcome: AuditOutcome, on droplet: any LeasedDroplet) async throws {
        var outcome = outcome
        outcome.intent = intent
        var record = record
        record.after = outcome
        let entry = try AuditEntry(
            record, sequence: intent + 1, previous: head?.hash ?? "", key: settings.key)
        try await droplet.appendAudit([entry], after: entry.previous)
        head = entry.head
    }

    private var record: AuditRecord {
        AuditRecord(scope: scope, at: settings.time(), actor: owner.actor, runURL: owner.runURL)
    }
}
