/// What `cargo test` prints: the tests that failed, and where each panicked.
enum CargoTestOutput {
    static func findings(in output: String) -> [GateFinding] {
        var findings: [GateFinding] = []
        var section: (name: String, lines: [Substring])?
        func close() {
            guard let ended = section else { return }
            findings.append(finding(ended.name, ended.lines))
            section = nil
        }
        for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("---- "), line.hasSuffix(" ----") {
                close()
                let name = line.dropFirst(5).dropLast(5).split(separator: " ").dropLast().joined(separator: " ")
                section = (name, [])
            } else if line == "failures:" {
                close()
            } else if section != nil {
                section?.lines.append(line)
            } else if let error = compileError(line) {
                findings.append(error)
            } else if line.hasPrefix("  --> "), let last = findings.last, last.rule == "rustc", last.file.isEmpty {
                let place = place(line.dropFirst(6))
                findings[findings.count - 1].file = place.file
                findings[findings.count - 1].line = place.line
                findings[findings.count - 1].column = place.column
            }
        }
        close()
        // The compiler says the same of each target.
        var seen: Set<GateFinding> = []
        return findings.filter { seen.insert($0).inserted }
    }

    /// `error[E0425]: cannot find value`, but not cargo's summary of it.
    private static func compileError(_ line: Substring) -> GateFinding? {
        guard line.hasPrefix("error["), let colon = line.firstIndex(of: ":") else {
            guard line.hasPrefix("error: "), !line.hasPrefix("error: could not compile"),
                !line.contains("test failed, to rerun"), !line.contains("target failed")
            else { return nil }
            return GateFinding(rule: "rustc", String(line.dropFirst("error: ".count)))
        }
        return GateFinding(rule: "rustc", line[line.index(after: colon)...].trimmed)
    }

    /// What a failed test printed: `thread 'NAME' (1) panicked at FILE:LINE:COLUMN:`, and the message below.
    private static func finding(_ name: String, _ lines: [Substring]) -> GateFinding {
        guard let index = lines.firstIndex(where: { $0.hasPrefix("thread '") && $0.contains("panicked at ") }),
            let start = lines[index].firstRange(of: "panicked at ")?.upperBound
        else {
            let said = lines.first { !$0.isEmpty } ?? ""
            return GateFinding(rule: "test", "\(name) failed" + (said.isEmpty ? "" : ": \(said)"))
        }
        let message = lines[(index + 1)...].prefix { !$0.hasPrefix("note: ") && !$0.hasPrefix("stack backtrace") }
            .map(\.trimmed).filter { !$0.isEmpty }.prefix(12).joined(separator: "; ")
        let place = place(lines[index][start...])
        return GateFinding(
            file: place.file, line: place.line, column: place.column, rule: "test",
            "\(name) failed" + (message.isEmpty ? "" : ": \(message)"))
    }

    private static func place(_ text: Substring) -> (file: String, line: Int, column: Int) {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count >= 3, let line = Int(parts[1]), let column = Int(parts[2]) else {
            return (parts.first ?? "", 0, 0)
        }
        return (parts[0], line, column)
    }
}
