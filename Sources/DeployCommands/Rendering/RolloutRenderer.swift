internal import DeployKit
internal import Synchronization

/// Shows a rollout: live on a terminal, a line for each step in a log, an object for each event to a program.
struct RolloutRenderer: RolloutObserver {
    /// How a rollout is shown.
    enum Style: Sendable {
        /// The step under way on the last line, rewritten in place.
        case terminal
        /// A line for each step that ended.
        case plain
        /// A JSON object for each event.
        case jsonLines
    }

    let style: Style
    let write: @Sendable (String) -> Void

    func observe(_ event: RolloutEvent) async {
        let text =
            switch style {
            case .terminal: terminal(event)
            case .plain: plain(event)
            case .jsonLines: EventReport(event).map(JSONText.line) ?? ""
            }
        if !text.isEmpty { write(text) }
    }

    private func plain(_ event: RolloutEvent) -> String {
        switch event {
        case .planned(let plan): PlanText.render(plan) + (plan.isEmpty ? "" : "\n")
        case .began: ""
        case .progressed(_, let waiting): "    \(waiting)\n"
        case .performed(let step, let duration, let detail): "  ✓ \(line(step, duration, detail))\n"
        case .failed(let step, let error): "  ✗ \(step): \(error.message)\n"
        case .undid(let step, _, nil): "  ↩ \(step)\n"
        case .undid(let step, _, let problem?): "  ↩ \(step): \(problem)\n"
        case .counted(let release, let traffic): "  release \(release) \(traffic.summary)\n"
        case .ended(let report): ending(report)
        case .audited(let head): "Audit trail: \(head.text)\n"
        case .remarked(let words): "  warning: \(words)\n"
        }
    }

    private func terminal(_ event: RolloutEvent) -> String {
        // ESC[2K clears the line, so that the next text stands where the step under way stood.
        let clear = "\r\u{1B}[2K"
        switch event {
        case .planned: return plain(event)
        case .began(let step, let number, let count): return "\(clear)  … [\(number)/\(count)] \(step)"
        case .progressed(let step, let waiting): return "\(clear)  … \(step): \(waiting)".prefixed(110)
        default: return clear + plain(event)
        }
    }

    private func line(_ step: Step, _ duration: Duration, _ detail: String) -> String {
        let words = detail.isEmpty ? "" : " (\(detail))"
        return "\(step), \(duration.inWords)\(words)"
    }

    private func ending(_ report: RolloutReport) -> String {
        guard !report.plan.isEmpty else { return "" }
        let traffic = report.traffic.map { "; it \($0.summary) while it was watched" } ?? ""
        return
            "\nRelease \(report.plan.release.id) serves \(report.plan.scope), after \(report.duration.inWords)\(traffic).\n"
    }
}

/// An event of a rollout, for a program.
private struct EventReport: Encodable {
    var event: String
    var step: String?
    var number: Int?
    var count: Int?
    var detail: String?
    var milliseconds: Int?
    var plan: PlanReport?
    var error: ErrorReport?
    var release: String?
    var cutoverMicroseconds: Int?
    var audit: AuditHead?
    var traffic: TrafficReport?

    init?(_ event: RolloutEvent) {
        switch event {
        case .planned(let plan):
            self.event = "planned"
            self.plan = PlanReport(plan)
        case .began(let step, let number, let count):
            self.event = "began"
            self.step = step.name
            self.number = number
            self.count = count
            detail = step.description
        case .progressed(let step, let waiting):
            self.event = "progressed"
            self.step = step.name
            detail = waiting
        case .performed(let step, let duration, let detail):
            self.event = "performed"
            self.step = step.name
            self.detail = detail
            milliseconds = duration.milliseconds
        case .failed(let step, let error):
            self.event = "failed"
            self.step = step.name
            self.error = ErrorReport(error)
        case .undid(let step, let duration, let problem):
            self.event = "undid"
            self.step = step.name
            detail = problem
            milliseconds = duration.milliseconds
        case .counted(let release, let traffic):
            self.event = "counted"
            self.release = release.rawValue
            self.traffic = TrafficReport(traffic)
        case .ended(let report):
            self.event = "ended"
            release = report.plan.release.id.rawValue
            milliseconds = report.duration.milliseconds
            cutoverMicroseconds = report.cutoverMicroseconds
            traffic = report.traffic.map(TrafficReport.init)
        case .audited(let head):
            self.event = "audited"
            audit = head
        case .remarked(let words):
            self.event = "remarked"
            detail = words
        }
    }
}

extension String {
    /// At most so many characters, so that a line that is rewritten does not wrap.
    fileprivate func prefixed(_ count: Int) -> String { self.count <= count ? self : prefix(count - 1) + "…" }
}
