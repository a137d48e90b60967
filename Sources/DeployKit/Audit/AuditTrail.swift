/// An audit trail as it was read from a droplet or a file, byte by byte.
public struct AuditTrail: Sendable, Hashable {
    /// All of it.
    public let bytes: [UInt8]
    /// Its lines, in their order; nil for one that is no line of an audit trail.
    public let lines: [AuditEntry?]
    /// How many bytes stand after the last newline: a line that a crash cut off, which never was a record.
    public let torn: Int

    /// Takes a trail apart.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
        var lines: [AuditEntry?] = []
        var start = 0
        // By bytes: a carriage return before a newline is an edit, not white space.
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(AuditEntry(line: bytes[start..<end]))
            start = end + 1
        }
        self.lines = lines
        self.torn = bytes.count - start
    }

    /// Takes the text of a trail apart.
    public init(_ text: String = "") {
        self.init(bytes: Array(text.utf8))
    }

    /// The lines that can be read.
    public var entries: [AuditEntry] { lines.compactMap { $0 } }

    /// The SHA-256 of all of it.
    public var digest: Digest { SHA256.hash(bytes) }

    /// The last line; nil when there is none, or when it cannot be read.
    public var last: AuditEntry? { lines.last ?? nil }

    /// The number of the change that was begun last and whose end is missing; nil when there is none.
    public var openIntent: Int? {
        // A run writes nothing between the two, so the last line tells.
        guard let last, last.record?.before != nil else { return nil }
        return last.sequence
    }
}
