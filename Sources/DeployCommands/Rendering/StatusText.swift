internal import DeployKit

/// A status in tables.
enum StatusText {
    /// Renders a status.
    static func render(_ report: StatusReport) -> String {
        var text = "\(report.scope): \(report.summary)\n"
        if report.canaryPercent > 0 {
            text += "canary: \(report.canaryPercent) % of the requests go to the other slot\n"
        }
        if let reason = report.maintenance {
            text += "maintenance: the public gets a page with status 503"
            text += (reason.isEmpty ? "" : " (\(reason))") + "; end it with the command maintenance off\n"
        }
        text += "\n"
        var hosts = Table("host", "service", "slot", "release")
        for host in report.hosts {
            hosts.add(host.host, host.service, host.slot?.rawValue ?? "-", host.release?.rawValue ?? "-")
        }
        text += hosts.text + "\n"
        var slots = Table("slot", "role", "release", "service", "container", "health", "edge", "memory")
        for slot in report.slots {
            let release = slot.release?.rawValue ?? "-"
            if slot.containers.isEmpty { slots.add(slot.slot.rawValue, slot.role, release, "-") }
            for (index, container) in slot.containers.enumerated() {
                let isFirst = index == 0
                slots.add(
                    isFirst ? slot.slot.rawValue : "", isFirst ? slot.role : "", isFirst ? release : "",
                    container.service, container.state, dash(container.health), dash(container.edge),
                    container.memory > 0 ? container.memory.inBytes : "-")
            }
        }
        for store in report.stores {
            slots.add(
                "store", "", "", store.service, store.state, dash(store.health), "-",
                store.memory > 0 ? store.memory.inBytes : "-")
        }
        text += slots.text + "\n"
        text += "disk: \(report.diskFree.inBytes) of \(report.diskTotal.inBytes) free; "
        text += "memory: \(report.memoryAvailable.inBytes) of \(report.memoryTotal.inBytes) available\n"
        text +=
            "releases: \(report.releases.isEmpty ? "none" : report.releases.map(\.rawValue).joined(separator: ", "))\n"
        if let last = report.lastRollout { text += "last: \(line(last))\n" }
        if let owner = report.leaseOwner { text += "lease: held by \(owner.actor), \(owner.action) \(owner.runURL)\n" }
        return text + PlanText.findings(report.findings)
    }

    /// A rollout's record on a line.
    static func line(_ record: RolloutRecord) -> String {
        let duration = Duration.milliseconds(record.milliseconds).inWords
        let line =
            "\(record.action.rawValue) of \(record.release) \(record.result.rawValue) in \(duration), \(record.actor)"
        return record.reason.isEmpty ? line : "\(line): \(record.reason)"
    }

    private static func dash(_ text: String) -> String { text.isEmpty ? "-" : text }
}
