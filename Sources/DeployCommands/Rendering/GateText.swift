internal import DeployKit

/// Gates in words: a line as each ends, then what failed, gate by gate, and a table.
enum GateText {
    /// How many findings of a gate are shown.
    private static let shown = 20

    /// One event, as a line.
    static func line(_ event: GateEvent) -> String {
        switch event {
        case .began(let gate):
            return "    \(gate.name) …\n"
        case .ended(let result):
            let mark = result.outcome.isFailure ? "✗" : result.outcome == .skipped ? "-" : "✓"
            let reason = result.reason.isEmpty ? "" : ": \(result.reason)"
            return "  \(mark) \(result.name) \(result.outcome.words) after \(time(result))\(reason)\n"
        }
    }

    /// How a gate that failed ended, without an end of the line.
    static func heading(_ result: GateResult) -> String {
        "\(result.title): \(result.outcome.words)\(result.reason.isEmpty ? "" : ", \(result.reason)")"
    }

    /// What a gate that failed found, or the last that it printed.
    static func details(_ result: GateResult) -> String {
        var text = ""
        let findings = result.findings.filter { $0.severity == .error }
        for finding in findings.prefix(shown) {
            let place = finding.place.isEmpty ? "" : "\(finding.place): "
            text += "  \(place)\(finding.rule): \(finding.message)\n"
        }
        if findings.count > shown { text += "  and \(findings.count - shown) more\n" }
        // What was read out of the output says more than its end does.
        if findings.isEmpty { text += result.tail.map { "  | \($0)\n" }.joined() }
        return text
    }

    /// All results, a line each.
    static func table(_ results: [GateResult]) -> String {
        var table = Table("gate", "kind", "result", "time", "")
        for result in results {
            let warnings = result.findings.count { $0.severity == .warning }
            let notes = warnings == 0 ? "" : "\(warnings) \(warnings == 1 ? "warning" : "warnings")"
            table.add(
                result.name, result.kind.rawValue, result.outcome.words, time(result),
                [result.outcome == .passed ? "" : result.reason, notes].filter { !$0.isEmpty }.joined(separator: "; "))
        }
        return table.text
    }

    private static func time(_ result: GateResult) -> String { Duration.milliseconds(result.milliseconds).inWords }
}

/// The results of gates, for a program.
struct GateReport: Encodable {
    let event = "gates"
    let scope: String
    let passed: Bool
    let gates: [GateResult]

    init(_ results: [GateResult], scope: String) {
        self.scope = scope
        passed = !results.contains(where: \.outcome.isFailure)
        gates = results
    }
}
