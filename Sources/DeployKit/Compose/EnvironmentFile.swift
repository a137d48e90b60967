/// Environment values as a POSIX shell file, which the droplet reads before it runs Compose.
///
/// A shell gives every byte back as it was; Compose's own `.env` format does not.
enum EnvironmentFile {
    /// The file: one `export NAME='value'` a variable, in order of the names.
    static func text(_ values: [String: Secret]) -> Secret {
        Secret(
            values.sorted { $0.key < $1.key }
                .map { "export \($0.key)=\(quote($0.value.revealed))\n" }
                .joined())
    }

    private static func quote(_ text: String) -> String {
        let bytes = text.utf8.flatMap { $0 == UInt8(ascii: "'") ? Array(#"'\''"#.utf8) : [$0] }
        return "'" + String(decoding: bytes, as: UTF8.self) + "'"
    }
}
