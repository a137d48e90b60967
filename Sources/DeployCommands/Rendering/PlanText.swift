internal import DeployKit

/// A plan in words, as `plan` prints it and `deploy` begins with.
enum PlanText {
    /// Renders a plan.
    static func render(_ plan: Plan) -> String {
        if plan.isEmpty {
            return "Release \(plan.release.id) serves \(plan.scope) already: nothing to do.\n"
                + findings(plan.findings)
        }
        var text = heading(plan) + "\n"
        text += images(plan) + environment(plan) + stores(plan) + MigrationText.render(plan)
        text += "\nSteps\n"
        for (index, step) in plan.steps.enumerated() { text += "  \(index + 1). \(step)\n" }
        text += "\nRequests lost: "
        text += plan.losses.isEmpty ? "none\n" : plan.losses.joined(separator: "; ") + "\n"
        if plan.memory.needed > 0 {
            text += "Memory: \(plan.memory.needed.inBytes) needed, \(plan.memory.available.inBytes) available: "
            text += plan.memory.words(beside: plan.before) + "\n"
        }
        text += "Plan: \(plan.digest.short)\n"
        return text + findings(plan.findings)
    }

    private static func heading(_ plan: Plan) -> String {
        let verb = plan.action == .deploy ? "Deploy" : "Roll back to"
        guard let before = plan.before, before != plan.release.id else {
            return "\(verb) release \(plan.release.id) on \(plan.scope), slot \(plan.slot.rawValue)\n"
        }
        return "\(verb) release \(plan.release.id) on \(plan.scope), slot \(plan.slot.rawValue), after \(before)\n"
    }

    private static func images(_ plan: Plan) -> String {
        guard !plan.images.isEmpty else { return "" }
        var table = Table("  image", "before", "after", "")
        for change in plan.images {
            table.add(
                "  \(change.service)", change.before?.digest.short ?? "-", change.after?.digest.short ?? "-",
                change.after == nil ? "gone" : change.isOnDroplet ? "on the droplet" : "travels")
        }
        return table.text
    }

    private static func environment(_ plan: Plan) -> String {
        guard !plan.environment.isEmpty else { return "" }
        if plan.before == nil {
            let count = plan.environment.count
            return "  environment: \(count) \(count == 1 ? "key" : "keys"), all new\n"
        }
        return plan.environment.map { "  environment: \($0.service).\($0.key) \($0.kind.rawValue)\n" }.joined()
    }

    private static func stores(_ plan: Plan) -> String {
        guard !plan.stores.isEmpty else { return "  stores: none\n" }
        return plan.stores.map { "  store \($0.service): \($0.kind.words)\n" }.joined()
    }

    /// Findings, a paragraph each; empty without any.
    static func findings(_ findings: [Finding]) -> String {
        guard !findings.isEmpty else { return "" }
        let sorted = findings.enumerated().sorted { left, right in
            left.element.severity == right.element.severity
                ? left.offset < right.offset : left.element.severity > right.element.severity
        }
        return "\n" + sorted.map { line($0.element) }.joined()
    }

    private static func line(_ finding: Finding) -> String {
        let advice = finding.advice.isEmpty ? "" : "\n    \(finding.advice)"
        return "\(finding.severity.rawValue): \(finding.subject): \(finding.message)\(advice)\n"
    }
}

extension MemoryForecast {
    /// The verdict in words, beside the release that serves now; nil where nothing does.
    fileprivate func words(beside former: Release.ID?) -> String {
        switch verdict {
        case .bothFit: former == nil ? "the release fits" : "both releases fit side by side"
        case .noStandby where former == nil: "the release fits, and less than the reserve stays free"
        case .noStandby: "both releases fit while the traffic moves, without a standby afterwards"
        case .stopFirst: former == nil ? "the release does not fit" : "both releases do not fit side by side"
        }
    }
}

extension StoreChange.Kind {
    /// What is done, in words.
    fileprivate var words: String {
        switch self {
        case .untouched: "untouched"
        case .created: "made and started, since there is none"
        case .started: "started, since it does not run"
        case .differs: "untouched; its settings differ from the Compose file"
        }
    }
}
