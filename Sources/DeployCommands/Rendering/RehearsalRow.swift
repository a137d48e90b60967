internal import DeployKit
internal import DeployKitTesting

/// What several accidents at one step lead to, where they lead to the same.
struct RehearsalRow {
    let number: Int
    let step: Step
    let accidents: [RehearsalReport.Accident]
    let failure: RehearsalReport.Failure

    /// The accidents of a report, step by step, those with the same outcome together.
    static func rows(of report: RehearsalReport) -> [RehearsalRow] {
        var rows: [RehearsalRow] = []
        for failure in report.failures {
            if let index = rows.firstIndex(where: { $0.isSame(failure) }) {
                let row = rows[index]
                rows[index] = RehearsalRow(
                    number: row.number, step: row.step, accidents: row.accidents + [failure.accident],
                    failure: row.failure)
            } else {
                rows.append(
                    RehearsalRow(
                        number: failure.number, step: failure.step, accidents: [failure.accident], failure: failure))
            }
        }
        return rows
    }

    private func isSame(_ other: RehearsalReport.Failure) -> Bool {
        let (left, right) = (failure, other)
        return left.number == right.number && left.serving == right.serving && left.undone == right.undone
            && left.next == right.next && left.losesRequests == right.losesRequests
            && left.servingAfterNext == right.servingAfterNext
            && left.accident.leavesRunner == right.accident.leavesRunner
    }

    /// What goes wrong, in words: `fails; breaks off`, `dies before, during, after; is cut off`.
    var words: String {
        let died: [(RehearsalReport.Accident, String)] = [
            (.diesBefore, "before"), (.diesDuring, "during"), (.diesAfter, "after"),
        ]
        let moments = died.filter { accidents.contains($0.0) }.map(\.1)
        var words = accidents.filter(\.leavesRunner).map(\.words)
        if !moments.isEmpty { words.append("dies " + moments.joined(separator: ", ")) }
        if accidents.contains(.losesAnswer) { words.append("is cut off") }
        return words.joined(separator: "; ")
    }

    /// The release that serves then.
    var serving: String { failure.serving?.rawValue ?? "nothing" }

    /// What is taken back.
    var undone: String { failure.undone.isEmpty ? "-" : failure.undone.map(\.name).joined(separator: ", ") }

    /// What comes of the next command.
    var outcome: String {
        (failure.servingAfterNext?.rawValue ?? "nothing") + (failure.losesRequests ? ", requests lost" : "")
    }
}
