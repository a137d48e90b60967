import DeployKitTesting
import Testing

@testable import DeployKit

/// A trail as some deploys leave it, for the tests to change.
struct AuditFixture {
    static let scope = "bankflow-production"
    let key: AuditKey
    let entries: [AuditEntry]

    /// Makes a trail of a beginning and some deploys, two records each.
    init(
        deploys: Int = 4, key seed: UInt8? = 1, scope: String = scope, firstSequence: Int = 1, by actor: String = "ana"
    ) throws {
        key = try #require(AuditKey(seed: Secret(bytes: [UInt8](repeating: seed ?? 0, count: 32))))
        let signing = seed == nil ? nil : key
        var entries: [AuditEntry] = []
        func add(_ change: (inout AuditRecord) -> Void) throws {
            var record = AuditRecord(
                scope: scope, at: 1_700_000_000 + entries.count, actor: actor,
                runURL: "https://github.com/acme/bankflow/actions/runs/1")
            change(&record)
            entries.append(
                try AuditEntry(
                    record, sequence: firstSequence + entries.count, previous: entries.last?.hash ?? "", key: signing))
        }
        let publicKey = signing?.publicKey.description ?? ""
        try add { $0.chain = AuditBeginning(publicKey: publicKey) }
        for number in 0..<deploys {
            let intent = entries.count + firstSequence
            try add { $0.before = AuditIntent(action: .deploy, release: Release.ID(rawValue: "v\(number)")) }
            try add { record in
                var outcome = AuditOutcome(.succeeded, milliseconds: 5000)
                outcome.intent = intent
                record.after = outcome
            }
        }
        self.entries = entries
    }

    var lines: [String] { entries.map { String(decoding: $0.bytes, as: UTF8.self) } }

    var head: AuditHead? { entries.last?.head }

    /// Checks lines against the fixture's key.
    func verify(
        _ lines: [String], head: AuditHead? = nil, key: AuditPublicKey? = nil,
        depth: AuditTrail.Depth = .everySignature
    ) -> AuditVerdict {
        AuditTrail(lines.map { $0 + "\n" }.joined())
            .verify(AuditExpectation(scope: Self.scope, key: key ?? self.key.publicKey, head: head), depth: depth)
    }
}

extension [String] {
    /// The line at an index with a text in place of another one.
    mutating func edit(_ index: Int, _ old: String, _ new: String) {
        self[index] = self[index].replacing(old, with: new)
    }
}
