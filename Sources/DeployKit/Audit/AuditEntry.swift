internal import FoundationEssentials

/// One line of an audit trail: a record, its place in the chain, and its signature.
///
/// ```
/// {"sequence":7,"previous":"<hash of line 6>",<the record's members>,"signature":"<base64>"}
/// ```
///
/// What is signed is the text of the line up to `,"signature":"`, and the hash is that of the whole line without its
/// newline. Both are of the bytes as they are stored: nothing is ever encoded again to be checked.
public struct AuditEntry: Sendable, Hashable {
    /// The number of the record, from 1.
    public let sequence: Int
    /// The hash of the line before; empty in the first one of a chain.
    public let previous: String
    /// The 64 bytes of the signature; empty where the chain is not signed.
    public let signature: [UInt8]
    /// The line, without its newline.
    public let bytes: [UInt8]
    /// The SHA-256 of the line: 64 hexadecimal digits.
    public let hash: String

    private static let signatureKey = Array(#","signature":""#.utf8)
    private static let sequenceKey = Array(#"{"sequence":"#.utf8)
    private static let previousKey = Array(#","previous":""#.utf8)

    /// Writes a record as the line of a chain.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - sequence: Its number.
    ///   - previous: The hash of the line before; empty for the first of a chain.
    ///   - key: Signs it; nil leaves it unsigned.
    /// - Throws: `EncodingError`, which no record's text leads to.
    package init(_ record: AuditRecord, sequence: Int, previous: String, key: AuditKey?) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let members = try encoder.encode(record).dropFirst().dropLast()
        let head = #"{"sequence":\#(sequence),"previous":"\#(previous)","#
        let signed = Array(head.utf8) + members
        signature = key?.signature(of: signed) ?? []
        let end = Data(signature).base64EncodedString() + #""}"#
        self.sequence = sequence
        self.previous = previous
        bytes = signed + Self.signatureKey + Array(end.utf8)
        hash = SHA256.hash(bytes).hexadecimal
    }

    /// The highest number that is believed: no trail is that long, and after each number there has to be a next one.
    private static let lastSequence = 1_000_000_000_000

    /// Reads a line; nil when it is none of an audit trail.
    ///
    /// The number, the hash and the signature are read where they have to stand, so no other member of the same name
    /// can be taken for them.
    package init?(line: some Collection<UInt8>) {
        let bytes = Array(line)
        guard bytes.starts(with: Self.sequenceKey), bytes.suffix(2).elementsEqual(#""}"#.utf8) else { return nil }
        var rest = bytes.dropFirst(Self.sequenceKey.count)
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let sequence = Int(String(decoding: digits, as: UTF8.self)), (1...Self.lastSequence).contains(sequence)
        else { return nil }
        rest = rest.dropFirst(digits.count)
        guard rest.starts(with: Self.previousKey) else { return nil }
        rest = rest.dropFirst(Self.previousKey.count)
        let previous = rest.prefix { $0 != UInt8(ascii: "\"") }
        let text = String(decoding: previous, as: UTF8.self)
        guard text.isEmpty || Digest("sha256:\(text)") != nil else { return nil }

        // Base64 of 64 bytes, or nothing; the key before it cannot end inside of another text, whose quotes are escaped.
        let end = bytes.dropLast(2)
        guard
            let length = [88, 0].first(where: {
                end.dropLast($0).suffix(Self.signatureKey.count) == Self.signatureKey[...]
            }),
            let signature = Data(base64Encoded: Data(end.suffix(length))), signature.count == (length == 0 ? 0 : 64)
        else { return nil }
        self.sequence = sequence
        self.previous = text
        self.signature = Array(signature)
        self.bytes = bytes
        self.hash = SHA256.hash(bytes).hexadecimal
    }

    /// What the line says; nil when that cannot be read.
    public var record: AuditRecord? {
        try? JSONDecoder().decode(AuditRecord.self, from: Data(bytes))
    }

    /// Whether the signature is that of a key over this line.
    func isSigned(by key: AuditPublicKey) -> Bool {
        let length = signature.isEmpty ? 0 : 88
        return !signature.isEmpty
            && key.verifies(signature, of: bytes.dropLast(2 + length + Self.signatureKey.count))
    }

    /// The head of a trail that ends with this line.
    public var head: AuditHead { AuditHead(sequence: sequence, hash: hash) }
}
