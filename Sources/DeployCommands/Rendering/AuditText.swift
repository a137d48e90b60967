internal import DeployKit

/// The audit trail in words.
enum AuditText {
    /// Records in a table.
    static func table(_ entries: [AuditEntry]) -> String {
        guard !entries.isEmpty else { return "" }
        var table = Table("record", "time", "who", "what")
        var intents: [Int: AuditIntent] = [:]
        for entry in entries {
            guard let record = entry.record else {
                table.add("\(entry.sequence)", "-", "-", "cannot be read")
                continue
            }
            if let intent = record.before { intents[entry.sequence] = intent }
            table.add(
                "\(entry.sequence)", UTCTime.text(record.at), record.actor.printable,
                words(record, intents: intents).printable)
        }
        return table.text + "\n"
    }

    /// What came of checking, some lines.
    static func summary(_ verdict: AuditVerdict) -> String {
        var text = verdict.problems.map { $0.text.printable + "\n" }.joined()
        text += verdict.notes.map { "note: \($0)".printable + "\n" }.joined()
        guard let head = verdict.head else {
            return text + (verdict.isIntact ? "There is no audit trail yet.\n" : "The audit trail is gone.\n")
        }
        let signed = verdict.key == nil ? "not signed" : "signed"
        return text
            + (verdict.isIntact
                ? "The audit trail verifies: \(verdict.records) records, \(signed), up to \(head.text).\n"
                : "The audit trail does not verify.\n")
    }

    private static func words(_ record: AuditRecord, intents: [Int: AuditIntent]) -> String {
        if let chain = record.chain { return words(chain) }
        if let intent = record.before {
            return [
                "\(name(intent)) begins", intent.releaseBefore.map { "after \($0)" },
                intent.reason.map { "because: \($0)" }, intent.approver.map { "approved by \($0)" },
                intent.overrides.map { "let through: \($0.joined(separator: ", "))" },
                intent.interrupted.map { "record \($0) was interrupted" },
            ].compactMap { $0 }.joined(separator: ", ")
        }
        guard let outcome = record.after else { return "" }
        let intent = intents[outcome.intent].map(name) ?? "record \(outcome.intent)"
        let duration = Duration.milliseconds(outcome.milliseconds).inWords
        return [
            "\(intent) \(outcome.result.rawValue) after \(duration)", outcome.step.map { "at \($0)" },
            outcome.decision.map { "decision: \($0.rawValue)" }, outcome.facts.map { $0.joined(separator: "; ") },
        ].compactMap { $0 }.joined(separator: ", ")
    }

    private static func name(_ intent: AuditIntent) -> String {
        let releases = intent.release.map { [$0] } ?? intent.removed ?? []
        return releases.isEmpty
            ? intent.action.rawValue
            : "\(intent.action.rawValue) \(releases.map(\.rawValue).joined(separator: ", "))"
    }

    private static func words(_ chain: AuditBeginning) -> String {
        let key = chain.publicKey.isEmpty ? "not signed" : "signed with \(chain.publicKey)"
        guard let broken = chain.broken else { return "the trail begins, \(key)" }
        return "a new chain begins, \(key); the one before is kept as audit-\(broken.digest.short).jsonl: "
            + broken.problems.joined(separator: "; ")
    }
}

extension AuditHead {
    /// `12:3f9c…`, as `audit verify --head` reads it.
    var text: String { "\(sequence):\(hash)" }

    /// Reads a number, a colon and a hash; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = Int(parts[0]), sequence > 0, Digest("sha256:\(parts[1])") != nil else {
            return nil
        }
        self.init(sequence: sequence, hash: String(parts[1]))
    }
}

extension String {
    /// The text without what a terminal would take for a command: whoever writes on the droplet chose it.
    var printable: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) ? $0 : "?" }))
    }
}
