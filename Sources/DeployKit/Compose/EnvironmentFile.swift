/// Environment values as a POSIX shell file, which the droplet reads before it runs Compose.
///
/// A shell gives every byte back as it was; Compose's own `.env` format does not.
enum EnvironmentFile {
    /// The file: one `export NAME='value'` a variable, in order of the names.
    static func text(_ values: [String: Secret]) -> Secret {
        Secret(
            values.sorted { $0.key < $1.key }
                .map { "export \($0.key)=\(ShellQuoting.quoted($0.value.revealed))\n" }
                .joined())
    }
}
