/// Why an audit trail does not verify.
public struct AuditProblem: Sendable, Hashable, Codable {
    /// What was done to the trail.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The text of a record is another than the one that was written.
        case edited
        /// Records are missing between others, or at the beginning.
        case removed
        /// Records stand in another order than they were written in.
        case reordered
        /// A line stands there twice.
        case duplicated
        /// A record stands beside the true one of its number.
        case inserted
        /// Records fit into the chain, but nobody with the key wrote them.
        case forged
        /// Records are signed by another key.
        case otherKey = "signed by another key"
        /// Records have no signature where the trail is signed.
        case unsigned
        /// A line is no record.
        case unreadable
        /// A record is that of another environment.
        case otherEnvironment = "of another environment"
        /// A record was signed with the right key, for another place or another chain.
        case replayed
        /// Records are missing at the end, by a head that was kept elsewhere.
        case truncated
        /// The record of a head that was kept elsewhere is another one here.
        case rewritten
    }

    /// What was done.
    public var kind: Kind
    /// The numbers of the records that it is about; of a line that is no record, the number of the line.
    public var first: Int
    /// The last of those numbers.
    public var last: Int
    /// What is the matter, in a sentence.
    public var message: String

    /// Makes a problem of some records.
    init(_ kind: Kind, _ numbers: ClosedRange<Int>, _ message: String) {
        self.kind = kind
        self.first = numbers.lowerBound
        self.last = numbers.upperBound
        self.message = message
    }

    /// Makes a problem of one record.
    init(_ kind: Kind, _ number: Int, _ message: String) {
        self.init(kind, number...number, message)
    }

    /// The problem on a line: `edited: record 3: its text is not what was signed`.
    public var text: String {
        let place =
            kind == .unreadable || kind == .otherEnvironment
            ? "line \(first)" : first == last ? "record \(first)" : "records \(first) to \(last)"
        return "\(kind.rawValue): \(place): \(message)"
    }
}

extension [AuditProblem] {
    /// The problems in order, neighbours of one kind as one.
    func merged() -> [AuditProblem] {
        var merged: [AuditProblem] = []
        for problem in sorted(by: { ($0.kind.rawValue, $0.first, $0.last) < ($1.kind.rawValue, $1.first, $1.last) }) {
            if let last = merged.last, last.kind == problem.kind, last.message == problem.message,
                problem.first == last.last + 1
            {
                merged[merged.count - 1].last = problem.last
            } else {
                merged.append(problem)
            }
        }
        return merged.sorted { ($0.first, $0.last, $0.kind.rawValue) < ($1.first, $1.last, $1.kind.rawValue) }
    }
}
