/// What `cargo fmt --check` prints: `Diff in FILE:LINE:` and the lines that it would change.
enum CargoFormatOutput {
    static func findings(in output: String) -> [GateFinding] {
        var findings: [GateFinding] = []
        var change: [String] = []
        var hasChanged = false
        func close() {
            guard var last = findings.popLast() else { return }
            if !change.isEmpty { last.message = "cargo fmt would write: " + change.joined(separator: " ⏎ ") }
            findings.append(last)
            change = []
            hasChanged = false
        }
        for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
            if let place = place(line) {
                close()
                findings.append(
                    GateFinding(file: place.file, line: place.line, rule: "rustfmt", "the file is not formatted"))
            } else if line.hasPrefix("error") {
                close()
                findings.append(GateFinding(rule: "rustfmt", String(line)))
            } else if line.hasPrefix("+") || line.hasPrefix("-") {
                hasChanged = true
                if line.hasPrefix("+"), change.count < 3 { change.append(line.dropFirst().trimmed) }
            } else if !hasChanged, let last = findings.indices.last, findings[last].line > 0 {
                // The lines before the first that changes are only shown around it.
                findings[last].line += 1
            }
        }
        close()
        return findings
    }

    /// The place in `Diff in FILE:LINE:` or, as older versions write it, `Diff in FILE at line LINE:`.
    private static func place(_ line: Substring) -> (file: String, line: Int)? {
        guard line.hasPrefix("Diff in "), line.hasSuffix(":") else { return nil }
        let rest = line.dropFirst("Diff in ".count).dropLast()
        let parts =
            rest.contains(" at line ")
            ? rest.replacing(" at line ", with: ":").split(separator: ":") : rest.split(separator: ":")
        guard let file = parts.first, parts.count >= 2, let number = Int(parts[1]) else { return nil }
        return (String(file), number)
    }
}

extension Substring {
    /// Without the white space around it.
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
