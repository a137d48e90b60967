/// The end of an audit trail at some time: which record it was, and its hash.
///
/// Kept off the droplet, it shows that nothing was cut off since.
public struct AuditHead: Sendable, Hashable, Codable {
    /// The number of the record, from 1; a new chain goes on counting.
    public var sequence: Int
    /// The hash of its line: 64 hexadecimal digits.
    public var hash: String

    /// Makes a head.
    public init(sequence: Int, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }
}
