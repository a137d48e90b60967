/// The messages of `--message-format json`, a line each: of the compiler and of clippy.
///
/// Source: "External tools" in The Cargo Book; "JSON output" in The rustc book.
enum CargoMessages {
    static func findings(in output: String) -> [GateFinding] {
        var findings: [GateFinding] = []
        for line in output.split(separator: "\n") {
            guard line.hasPrefix("{"), let message = try? JSONValue(parsing: String(line)),
                message["reason"]?.string == "compiler-message", let finding = finding(message["message"])
            else {
                // Cargo's own words, as when a manifest cannot be read, are no JSON.
                if line.hasPrefix("error: "), !line.hasPrefix("error: could not compile") {
                    findings.append(GateFinding(rule: "cargo", String(line.dropFirst("error: ".count))))
                }
                continue
            }
            // Each target of a package is compiled by itself, and says the same of the same file.
            if !findings.contains(finding) { findings.append(finding) }
        }
        return findings
    }

    private static func finding(_ message: JSONValue?) -> GateFinding? {
        guard let message, let text = message["message"]?.string, let level = message["level"]?.string else {
            return nil
        }
        let spans = message["spans"]?.elements ?? []
        guard let span = spans.first(where: { $0["is_primary"]?.bool == true }) ?? spans.first else {
            // Without a place it is a summary: "aborting due to 2 previous errors".
            return nil
        }
        let severity: GateFinding.Severity = level.hasPrefix("error") ? .error : level == "warning" ? .warning : .note
        return GateFinding(
            severity, file: span["file_name"]?.string ?? "", line: span["line_start"]?.integer ?? 0,
            column: span["column_start"]?.integer ?? 0, rule: message["code"]?["code"]?.string ?? "rustc", text)
    }
}
