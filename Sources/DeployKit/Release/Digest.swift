/// A SHA-256 content digest, as `sha256:` and 64 hexadecimal digits.
public struct Digest: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The 64 lower-case hexadecimal digits.
    public let hexadecimal: String

    /// Reads `sha256:…`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.hasPrefix("sha256:") else { return nil }
        let digits = text.dropFirst(7)
        guard digits.utf8.count == 64, digits.utf8.allSatisfy(Self.isLowercaseHexadecimal) else { return nil }
        self.hexadecimal = String(digits)
    }

    /// Makes a digest of 64 known digits.
    package init(hexadecimal: String) {
        self.hexadecimal = hexadecimal
    }

    /// `sha256:` and the digits.
    public var description: String { "sha256:\(hexadecimal)" }

    /// The first 12 digits, as Docker shows them.
    public var short: String { String(hexadecimal.prefix(12)) }

    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let digest = Digest(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a SHA-256 digest: \(text)")
        }
        self = digest
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    private static func isLowercaseHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
