import DeployKit

extension DropletContract {
    static let audit: [Check] = [
        .leased("the audit trail grows by records that follow its end, byte by byte") { run in
            try require(try await run.droplet.auditTrail().bytes, is: [], "a trail before the first record")
            let entries = try entries(of: run.environment, 3)
            try await run.droplet.appendAudit(Array(entries[..<2]), after: "")
            try await run.droplet.appendAudit([entries[2]], after: entries[1].hash)
            try await run.droplet.appendAudit([entries[2]], after: entries[1].hash)
            let (_, trail) = try await run.droplet.survey()
            try require(trail.entries, is: entries, "the records, each once")
            try require(trail, is: try await run.droplet.auditTrail(), "the trail read alone")
        },
        .leased("a record that does not follow the end of the audit trail is refused") { run in
            let entries = try entries(of: run.environment, 3)
            try await run.droplet.appendAudit([entries[0]], after: "")
            for (entry, hash) in [(entries[2], entries[1].hash), (entries[1], "")] {
                try await require("appending it throws an error of code audit", throwing: hasCode(.audit)) {
                    try await run.droplet.appendAudit([entry], after: hash)
                }
            }
            try require(try await run.droplet.auditTrail().entries, is: [entries[0]], "the trail after that")
        },
        .leased("a new audit trail takes the place of one that is what it was thought to be") { run in
            let entries = try entries(of: run.environment, 3)
            try await run.droplet.appendAudit([entries[0]], after: "")
            let digest = try await run.droplet.auditTrail().digest
            try await run.droplet.appendAudit([entries[1]], after: entries[0].hash)
            try await require("replacing another one throws an error of code audit", throwing: hasCode(.audit)) {
                try await run.droplet.renewAudit([entries[2]], replacing: digest)
            }
            let current = try await run.droplet.auditTrail().digest
            try await run.droplet.renewAudit([entries[2]], replacing: current)
            try await run.droplet.renewAudit([entries[2]], replacing: current)
            try require(try await run.droplet.auditTrail().entries, is: [entries[2]], "the new trail")
        },
    ]

    /// Records that follow each other, with texts that a shell or JSON could stumble over.
    private static func entries(of environment: Environment, _ count: Int) throws -> [AuditEntry] {
        var entries: [AuditEntry] = []
        for number in 1...count {
            var record = AuditRecord(
                scope: environment.scope, at: number, actor: "it's \"me\" $(no) `é` \\ %s\nfoo", runURL: "")
            record.chain = AuditBeginning(publicKey: "")
            entries.append(
                try AuditEntry(record, sequence: number, previous: entries.last?.hash ?? "", key: nil))
        }
        return entries
    }
}
