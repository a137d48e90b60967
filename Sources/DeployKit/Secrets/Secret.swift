/// A value that never prints: a password, a token, a key.
///
/// Every rendering of a secret, by `print`, interpolation, `dump` or a mirror, reads `<redacted>`.
/// The value leaves only through ``revealed`` and ``bytes``, which are read where bytes go to a process's standard
/// input.
public struct Secret: Sendable, Hashable {
    /// The bytes themselves, for a standard input; never for an argument list, a log or an error.
    public let bytes: [UInt8]

    /// Makes a secret of a text.
    public init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// Makes a secret of bytes that need not be a text: an archive, for instance.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The text itself, for a standard input; never for an argument list, a log or an error.
    public var revealed: String { String(decoding: bytes, as: UTF8.self) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }

    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }

    /// A mirror without children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
