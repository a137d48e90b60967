/// A value that never prints: a password, a token, a key.
///
/// Every rendering of a secret, by `print`, interpolation, `dump` or a mirror, reads `<redacted>`.
/// The text leaves only through ``revealed``, which is called where bytes go to a process's standard input.
public struct Secret: Sendable, Hashable {
    /// The text itself, for a standard input; never for an argument list, a log or an error.
    public let revealed: String

    /// Makes a secret of a text.
    public init(_ text: String) {
        self.revealed = text
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always `<redacted>`.
    public var description: String { "<redacted>" }

    /// Always `<redacted>`.
    public var debugDescription: String { "<redacted>" }

    /// A mirror without children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
