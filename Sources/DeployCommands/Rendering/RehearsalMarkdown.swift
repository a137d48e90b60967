internal import DeployKit
internal import DeployKitTesting

/// A rehearsal as a page in Markdown.
enum RehearsalMarkdown {
    /// Renders a rehearsal.
    static func render(_ report: RehearsalReport, command: String, isMadeUp: Bool) -> String {
        let plan = report.plan
        var text = "# Rehearsal: release \(plan.release.id) on \(plan.scope)\n\n"
        text += "What `\(command) deploy` would do"
        text += plan.before.map { " while release \($0) serves" } ?? ""
        text += isMadeUp ? ", on a droplet that is made up" : ", rehearsed in memory on what the real droplet is now"
        text += ". \(RehearsalText.ending(report))\n"
        text += "## When nothing goes wrong\n\n| At | Step | Serves then |\n|---:|---|---|\n"
        for (index, moment) in report.timeline.enumerated() {
            let serving = moment.serving?.rawValue ?? "nothing"
            text += "| \(moment.at.inWords) | \(index + 1). \(moment.step) | \(serving) |\n"
        }
        text += "\n## When something does\n\n"
        text += "| Step | If it or its runner | Serves | Taken back | Next command | Then serves |\n"
        text += "|---|---|---|---|---|---|\n"
        var last = 0
        for row in RehearsalRow.rows(of: report) {
            let step = row.number == last ? "" : "\(row.number). `\(row.step.name)`"
            text += "| \(step) | \(row.words) | \(row.serving) | \(row.undone) "
            text += "| `\(row.failure.next)` | \(row.outcome) |\n"
            last = row.number
        }
        return text
    }
}
