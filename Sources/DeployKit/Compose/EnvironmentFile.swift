/// Environment values as a POSIX shell file, which the droplet reads before it runs Compose.
///
/// A shell gives every byte back as it was; Compose's own `.env` format does not.
package enum EnvironmentFile {
    /// What follows a value that must not be shown.
    private static let secretComment = " # secret"

    /// The file: one `export NAME='value'` a variable, in order of the names.
    ///
    /// - Parameters:
    ///   - values: The values.
    ///   - confidential: The variables that are secrets by their name, which a comment says for ``secrets(in:)``.
    /// - Returns: The file.
    package static func text(_ values: [String: Secret], confidential: Set<String> = []) -> Secret {
        Secret(
            values.sorted { $0.key < $1.key }
                .map { name, value in
                    let comment = confidential.contains(name) ? secretComment : ""
                    return "export \(name)=\(ShellQuoting.quoted(value.revealed))\(comment)\n"
                }
                .joined())
    }

    /// The secrets in such a file: the values that are marked, and the passwords in the others.
    package static func secrets(in text: Secret) -> [Secret] {
        entries(in: text.revealed).flatMap { value, isMarked in
            SecretName.secrets(in: value, isConfidential: isMarked)
        }
    }

    /// The values of a file that ``text(_:confidential:)`` wrote, and whether each is marked.
    private static func entries(in text: String) -> [(value: String, isMarked: Bool)] {
        var entries: [(value: String, isMarked: Bool)] = []
        var rest = text.utf8[...]
        while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
            rest = rest[rest.index(after: equals)...]
            var value: [UInt8] = []
            var isQuoted = false
            while let byte = rest.first, isQuoted || (byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\n")) {
                rest = rest.dropFirst()
                switch byte {
                case UInt8(ascii: "'"): isQuoted.toggle()
                case UInt8(ascii: "\\") where !isQuoted:
                    if let escaped = rest.first { value.append(escaped) }
                    rest = rest.dropFirst()
                default: value.append(byte)
                }
            }
            entries.append((String(decoding: value, as: UTF8.self), rest.starts(with: secretComment.utf8)))
            rest = rest.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
        }
        return entries
    }
}
