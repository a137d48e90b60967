extension AuditTrail {
    /// How thoroughly a trail is checked.
    public enum Depth: Sendable, Hashable {
        /// Every signature.
        case everySignature
        /// The signature of the last line, which covers all before it through their hashes; every other one too where
        /// anything is the matter.
        case lastSignature
    }

    /// Checks the trail: pure, from its bytes and what is expected of it.
    ///
    /// Without a head, a trail that was cut off at the end verifies: nothing in it tells of what came after.
    public func verify(_ expectation: AuditExpectation, depth: Depth = .everySignature) -> AuditVerdict {
        var verdict = AuditVerdict()
        let declared = entries.first?.record?.chain?.publicKey
        let key = expectation.key ?? declared.flatMap(AuditPublicKey.init)
        verdict.records = entries.count
        verdict.head = entries.last?.head
        verdict.key = key
        if depth == .everySignature || !followsFromLastLine(expectation, key: key) {
            var examination = AuditExamination(expectation, key: key, declaredKey: declared)
            verdict.problems = examination.problems(of: lines)
        }
        if verdict.isIntact, let release = expectation.release, !tells(of: release) {
            let next = (verdict.head?.sequence ?? 0) + 1
            verdict.problems.append(
                AuditProblem(
                    .truncated, next, "the droplet remembers a rollout of release \(release), and it is not here"))
        }
        verdict.notes = notes(expectation)
        if expectation.key == nil, let key {
            verdict.notes.append("the public key is the trail's own word (\(key)): give the one that you trust")
        }
        return verdict
    }

    /// Whether a record says that a release was to serve; a chain that followed a broken one may begin after it.
    private func tells(of release: Release.ID) -> Bool {
        entries.contains { $0.record?.before?.release == release }
            || entries.first?.record?.chain?.broken != nil
    }

    /// Whether all is well, by the hashes of all lines and the signature of the last.
    private func followsFromLastLine(_ expectation: AuditExpectation, key: AuditPublicKey?) -> Bool {
        guard let first = lines.first else { return expectation.head == nil }
        guard let start = first, let beginning = start.record, beginning.chain != nil, start.previous.isEmpty,
            beginning.scope == expectation.scope, let last, last.record?.scope == expectation.scope
        else { return false }
        var before = start
        for line in lines.dropFirst() {
            guard let line, line.sequence == before.sequence + 1, line.previous == before.hash else { return false }
            before = line
        }
        guard key.map(last.isSigned) ?? entries.allSatisfy(\.signature.isEmpty) else { return false }
        guard let head = expectation.head, head.sequence >= start.sequence else { return true }
        return entries.contains { $0.head == head }
    }

    private func notes(_ expectation: AuditExpectation) -> [String] {
        var notes: [String] = []
        if torn > 0 { notes.append("\(torn) bytes at the end are a line that a crash cut off; it never counted") }
        if let openIntent {
            notes.append("record \(openIntent) has no end yet: its run still goes on, or died")
        }
        if let head = expectation.head, let first = entries.first, head.sequence < first.sequence {
            notes.append(
                "the head that was kept, record \(head.sequence), is older than this chain, which begins with "
                    + "record \(first.sequence)")
        }
        return notes
    }
}
