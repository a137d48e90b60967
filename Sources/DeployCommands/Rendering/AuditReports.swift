internal import DeployKit

/// A line of the audit trail, for a program.
struct AuditEntryReport: Encodable {
    let sequence: Int
    let hash: String
    let previous: String
    let isSigned: Bool
    let record: AuditRecord?

    init(_ entry: AuditEntry) {
        sequence = entry.sequence
        hash = entry.hash
        previous = entry.previous
        isSigned = !entry.signature.isEmpty
        record = entry.record
    }
}

/// What came of checking the audit trail, for a program.
struct AuditVerdictReport: Encodable {
    let intact: Bool
    let records: Int
    let head: AuditHead?
    let publicKey: String?
    let problems: [AuditProblem]
    let notes: [String]

    init(_ verdict: AuditVerdict) {
        intact = verdict.isIntact
        records = verdict.records
        head = verdict.head
        publicKey = verdict.key?.description
        problems = verdict.problems
        notes = verdict.notes
    }
}

/// What was exported, for a program.
struct AuditExportReport: Encodable {
    let file: String
    let records: Int
    let head: AuditHead?
}
