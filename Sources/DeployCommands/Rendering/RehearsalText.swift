internal import DeployKit
internal import DeployKitTesting

/// A rehearsal in tables that fit a terminal of 120 columns.
enum RehearsalText {
    /// Renders a rehearsal.
    static func render(_ report: RehearsalReport, command: String, isMadeUp: Bool) -> String {
        let plan = report.plan
        if plan.isEmpty { return PlanText.render(plan) }
        var text = "Rehearsal of \(command) deploy: release \(plan.release.id) on \(plan.scope)"
        text += plan.before.map { ", after \($0)\n" } ?? "\n"
        text += isMadeUp ? "on a droplet that is made up\n" : "on a droplet in memory, as the real one is now\n"
        var timeline = Table("\nAt", "Step", "Takes", "Serves then")
        for (index, moment) in report.timeline.enumerated() {
            timeline.add(
                moment.at.inWords, "\(index + 1). \(moment.step)".shortened(to: 84), moment.duration.inWords,
                moment.serving?.rawValue ?? "nothing")
        }
        text += timeline.text
        var matrix = Table("\nStep", "If it or its runner", "Serves", "Taken back", "Next", "Then")
        var last = 0
        for row in RehearsalRow.rows(of: report) {
            matrix.add(
                row.number == last ? "" : "\(row.number). \(row.step.name)", row.words, row.serving.shortened(to: 9),
                row.undone.shortened(to: 26), row.failure.next, row.outcome.shortened(to: 9))
            last = row.number
        }
        return text + matrix.text + "\n" + ending(report)
    }

    /// What it comes to, in a sentence.
    static func ending(_ report: RehearsalReport) -> String {
        let count = report.failures.count
        if report.isSafe {
            return "\(count) failures rehearsed: none loses a request, and after each the same command makes release "
                + "\(report.plan.release.id) serve.\n"
        }
        let lost = report.failures.filter(\.losesRequests).count
        let stuck = report.failures.filter { $0.servingAfterNext != report.plan.release.id }.count
        return "\(count) failures rehearsed: \(lost) lose requests, and after \(stuck) the same command does not make "
            + "release \(report.plan.release.id) serve.\n"
    }
}

extension String {
    /// At most so many characters.
    fileprivate func shortened(to limit: Int) -> String { count <= limit ? self : prefix(limit - 1) + "…" }
}
