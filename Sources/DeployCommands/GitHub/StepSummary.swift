internal import DeployKit

/// A run's page in GitHub Actions: GitHub's Markdown, in which nothing that others wrote means anything.
struct StepSummary {
    /// Where the run is, and what it is of.
    struct Facts: Sendable {
        var environment: Environment
        /// The executable.
        var command: String
        /// Who runs it.
        var actor = ""
        /// The run's page; empty outside of a run.
        var runURL = ""
        /// The commit, in full; empty where nothing says it.
        var commit = ""
        /// The commit's page; empty where nothing says it.
        var commitURL = ""
    }

    let facts: Facts
    /// What no page has: it is taken out before a text is escaped, since nobody finds it afterwards.
    var secrets = KnownSecrets()

    /// A rollout: what was deployed where, its times, its traffic, and on failure what serves and what to do.
    func rollout(
        _ record: RolloutRecorder.Record, error: DeployError?, journey: Journey = Journey()
    ) -> String {
        guard let plan = record.plan else { return failure(error) }
        let scope = facts.environment.scope
        let verb = plan.action == .deploy ? "deploy of" : "rollback to"
        var text: String
        if let error {
            text = heading("❌", "\(verb) release \(plan.release.id) on \(scope) failed") + reason(error)
        } else if plan.isEmpty {
            text = heading("✅", "release \(plan.release.id) serves \(scope) already") + "Nothing was to be done.\n"
        } else {
            let time = record.report.map { ", after \($0.duration.inWords)" } ?? ""
            text = heading("✅", "release \(plan.release.id) serves \(scope)\(time)") + places(of: plan)
            text += self.journey(journey, rollout: record.report?.duration)
        }
        text += changes(plan, error: error)
        text += timeline(record, plan)
        text += traffic(record)
        text += record.remarks.map { "\n⚠️ \(escaped($0))\n" }.joined()
        return text + links(record)
    }

    /// An error of a run that changed nothing, or did not come to a plan; empty for none.
    func failure(_ error: DeployError?) -> String {
        guard let error else { return "" }
        return heading("❌", "\(facts.command) on \(facts.environment.scope): \(error.code.words)") + reason(error)
            + links(nil)
    }

    /// What is on the droplet.
    func status(_ report: StatusReport) -> String {
        var text = heading(report.serving == nil ? "⚠️" : "🟢", "\(report.scope): \(report.summary)")
        if let reason = report.maintenance { text += "🚧 Maintenance: \(escaped(reason))\n\n" }
        text += Markdown.table(
            ["Host", "Service", "Slot", "Release"],
            report.hosts.map {
                [page($0.host), escaped($0.service), $0.slot?.rawValue ?? "-", $0.release?.rawValue ?? "-"]
            })
        let containers =
            report.slots.flatMap { slot in
                slot.containers.map { (slot.slot.rawValue, slot.role, $0) }
            } + report.stores.map { ("store", "", $0) }
        let table = Markdown.table(
            ["Slot", "Role", "Service", "Container", "Health", "Edge"],
            containers.map { slot, role, container in
                [slot, role, container.service, container.state, container.health, container.edge]
                    .map(escaped)
            })
        if !table.isEmpty { text += "\n" + table }
        text += "\nDisk: \(report.diskFree.inBytes) of \(report.diskTotal.inBytes) free. "
        text += "Memory: \(report.memoryAvailable.inBytes) of \(report.memoryTotal.inBytes) available.\n"
        if let last = report.lastRollout { text += "\nLast: \(escaped(StatusText.line(last)))\n" }
        text += report.findings.map { "\n- \($0.severity.rawValue): \(escaped("\($0.subject): \($0.message)"))" }
            .joined()
        return text + links(nil)
    }

    /// The gates of a commit as a table.
    func gates(_ rows: [GateRow]) -> String {
        "\n### Gates\n\n"
            + Markdown.table(
                ["Gate", "Result", "Time", ""],
                rows.map { row in
                    [
                        escaped(row.name), row.result.words, row.duration?.inWords ?? "",
                        escaped(row.detail),
                    ]
                })
    }

    /// What would be done.
    func plan(_ plan: Plan) -> String {
        let sign = plan.refusals.isEmpty ? "📋" : "❌"
        return note(
            sign, "plan: \(plan.action.rawValue) \(plan.release.id) on \(plan.scope)", block: PlanText.render(plan))
    }

    /// Something that was done or found, and words about it as they are.
    func note(_ sign: String, _ words: String, block: String = "") -> String {
        let lines = secrets.redact(block).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return heading(sign, words) + (block.isEmpty ? "" : Markdown.block(lines)) + links(nil)
    }

    // MARK: - Parts

    func escaped(_ text: String) -> String { Markdown.escaped(secrets.redact(text)) }

    func heading(_ sign: String, _ words: String) -> String { "## \(sign) \(escaped(words))\n\n" }

    private func page(_ host: String) -> String { Markdown.link(host, to: "https://\(host)") }

    private func places(of plan: Plan) -> String {
        Markdown.table(
            ["Host", "Service", "Release", "Image"],
            facts.environment.routes.map { route in
                [
                    page(route.host), escaped(route.service), escaped("\(plan.release.id)"),
                    plan.release.images[route.service].map { "`\($0.digest.short)`" } ?? "-",
                ]
            })
    }

    private func changes(_ plan: Plan, error: DeployError?) -> String {
        guard !plan.isEmpty else { return "" }
        let before = plan.before.map(\.rawValue) ?? "none"
        let wanted = error == nil ? "Release" : "Release that was to serve"
        var text = "\n- Release before: \(escaped(before))\n- \(wanted): "
        text += escaped(plan.release.id.rawValue)
        text +=
            plan.migrations.isEmpty
            ? "\n" : ", with migrations \(escaped(plan.migrations.map { String($0.version) }.list))\n"
        text += plan.losses.map { "- ⚠️ Requests may be lost: \(escaped($0))\n" }.joined()
        return text
    }

    private func timeline(_ record: RolloutRecorder.Record, _ plan: Plan) -> String {
        guard !record.bars.isEmpty else { return "" }
        let chart = GanttChart("\(plan.action.rawValue) \(plan.release.id) on \(plan.scope)", record.bars)
        return "\n" + Markdown.block([chart.mermaid.trimmedEnd], language: "mermaid")
    }

    private func traffic(_ record: RolloutRecorder.Record) -> String {
        guard let traffic = record.traffic else { return "" }
        let rows = traffic.services.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + [("all", traffic.total)]
        return "\n### Requests\n\nWhat the release answered while it was watched, its own probes among them.\n\n"
            + Markdown.table(
                ["Service", "Answered", "Server errors (5xx)", "Lost connections"],
                rows.map { [escaped($0), "\($1.answered)", "\($1.serverErrors)", "\($1.unanswered)"] })
    }

    private func reason(_ error: DeployError) -> String {
        var text = "\(escaped(error.message))\n\n"
        if !error.serving.isEmpty { text += "**Now:** \(escaped(error.serving)).\n\n" }
        if !error.next.isEmpty { text += "**Next:** \(escaped(error.next))\n\n" }
        text += "Exit code \(error.code.exitCode), \(error.code.words).\n"
        guard !error.evidence.isEmpty else { return text }
        // As much as a person reads; the log has all.
        let lines = error.evidence.prefix(100).map { String(secrets.redact($0).prefix(500)) }
        return text + "\n### Evidence\n\n" + Markdown.block(lines)
    }

    func links(_ record: RolloutRecorder.Record?) -> String {
        var parts: [String] = []
        if !facts.runURL.isEmpty { parts.append(Markdown.link("run", to: facts.runURL)) }
        if !facts.commit.isEmpty {
            parts.append("commit " + Markdown.link(String(facts.commit.prefix(12)), to: facts.commitURL))
        }
        if let url = facts.environment.url { parts.append(Markdown.link(facts.environment.name, to: url)) }
        if !facts.actor.isEmpty { parts.append("by \(escaped(facts.actor))") }
        if let head = record?.head { parts.append("audit head `\(head.text)`") }
        return "\n\(parts.joined(separator: " · "))\n\n"
    }
}

/// A gate and how it ended, for the table of gates.
struct GateRow: Sendable, Hashable {
    /// How a gate ended.
    enum Result: Sendable, Hashable {
        case passed
        case failed
        case skipped

        fileprivate var words: String {
            switch self {
            case .passed: "✅ passed"
            case .failed: "❌ failed"
            case .skipped: "➖ not needed"
            }
        }
    }

    var name: String
    var result: Result
    var duration: Duration?
    /// What matters of it, in a line.
    var detail = ""
}

extension String {
    fileprivate var trimmedEnd: String { String(reversed().drop(while: \.isNewline).reversed()) }
}
