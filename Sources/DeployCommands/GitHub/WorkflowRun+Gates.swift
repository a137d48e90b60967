internal import DeployKit

extension WorkflowRun {
    /// How many findings of a gate are shown at their lines; GitHub itself shows ten of a kind.
    private static let annotationLimit = 10

    /// Shows what gates found: a table on the page, and each finding at its file and line.
    ///
    /// - Parameters:
    ///   - results: How the gates ended.
    ///   - prefix: The project's folder in the repository, with a slash at its end; empty where they are the same.
    func report(_ results: [GateResult], prefix: String) {
        add { $0.gates(results.map(GateRow.init)) }
        for result in results {
            for finding in result.findings.prefix(Self.annotationLimit) {
                let place = finding.file.isEmpty ? result.anchor : finding.file
                annotate(
                    finding.severity.level, finding.message, title: "\(result.title): \(finding.rule)",
                    file: place.isEmpty ? nil : place.hasPrefix("/") ? place : prefix + place,
                    line: finding.line > 0 ? finding.line : nil)
            }
        }
    }
}

extension GateRow {
    fileprivate init(_ result: GateResult) {
        let first = result.findings.first.map { finding in
            finding.file.isEmpty ? finding.message : "\(finding.file):\(finding.line): \(finding.message)"
        }
        self.init(
            name: result.title,
            result: result.outcome == .skipped ? .skipped : result.outcome.isFailure ? .failed : .passed,
            duration: .milliseconds(result.milliseconds), detail: result.reason.isEmpty ? first ?? "" : result.reason)
    }
}

extension GateFinding.Severity {
    fileprivate var level: WorkflowCommand.Level {
        switch self {
        case .error: .error
        case .warning: .warning
        case .note: .notice
        }
    }
}
