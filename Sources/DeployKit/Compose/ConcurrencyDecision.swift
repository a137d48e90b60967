/// What a service does that two releases cannot do at once, and in which order it is replaced.
struct ConcurrencyDecision {
    /// In which order a worker makes way for the next.
    private(set) var replacement: Service.Replacement

    init(of service: ComposeService, role: ServiceRole, settings: ServiceSettings?, findings: inout [Finding]) {
        replacement = settings?.replacement ?? .startFirst
        if let name = service.value["container_name"]?.string {
            findings.add(
                .note, service, "container_name",
                "The fixed name “\(name)” is not kept, since two containers cannot have it; it stays a name in the "
                    + "service's networks.")
        }
        judgeDockerSocket(service, role, &findings)
        guard !role.isWithStores else { return }
        if role.kind == .worker, settings?.replacement == nil, Self.isScheduler(service) {
            replacement = .stopFirst
            findings.add(
                .note, service, "",
                "It looks like a scheduler, of which two would do everything twice: the old one stops before the new one "
                    + "starts.",
                advice: "State ServiceSettings(replacement: .startFirst) if two at once do no harm.")
        }
        judgeSharedData(service, role, &findings)
    }

    private func judgeDockerSocket(_ service: ComposeService, _ role: ServiceRole, _ findings: inout [Finding]) {
        guard let mount = service.mounts.first(where: { $0.source?.hasSuffix("docker.sock") == true }) else { return }
        let image = ImageName(service.image ?? service.name).path.lowercased()
        if let purpose = Self.discoverers.first(where: { image.contains($0.key) })?.value {
            findings.add(
                .refusal, service, "volumes",
                "It \(purpose) through \(mount.source ?? "docker.sock"), where it finds the containers of both releases "
                    + "and of every other environment.",
                advice: "Leave it out of what is deployed (a profile does that): the edge and the releases do its work."
            )
        } else {
            findings.add(
                .warning, service, "volumes",
                "It sees and may change every container on the droplet through \(mount.source ?? "docker.sock"): both "
                    + "releases, the stores and other environments.")
        }
    }

    /// A volume that a replaced service writes is written by two releases while both run.
    private func judgeSharedData(_ service: ComposeService, _ role: ServiceRole, _ findings: inout [Finding]) {
        guard role.kind != .job else { return }
        let volumes = service.mounts.filter { $0.type == "volume" && !$0.isReadOnly }.compactMap(\.source)
        guard !volumes.isEmpty, replacement == .startFirst || role.kind == .web else { return }
        let names = Set(volumes).sorted().map { "“\($0)”" }.sentence
        let texts = service.environment.values.compactMap { $0?.lowercased() } + service.commandLine
        if let hint = Self.singleWriters.first(where: { hint in texts.contains { $0.contains(hint) } }) {
            findings.add(
                .warning, service, "volumes",
                "Its settings name a database of one process (\(hint)) and it keeps data in \(names): while both run, two "
                    + "releases have it open, the new one with its schema.",
                advice: "Use a database server as a store; or state ServiceSettings(replacement: .stopFirst) for a "
                    + "worker.")
        } else {
            findings.add(
                .warning, service, "volumes",
                "Every release has the same \(names): while the old one is still there, two write to it.",
                advice: "Nothing is to be done where files are added by their own names, as uploads are.")
        }
    }

    private static func isScheduler(_ service: ComposeService) -> Bool {
        let image = service.image.map { ImageName($0).path.lowercased() } ?? ""
        if ["ofelia", "chadburn", "cron", "supercronic"].contains(where: { image.contains($0) }) { return true }
        let words = service.name.lowercased().split { !$0.isLetter }.map(String.init)
        if words.contains(where: { ["scheduler", "cron", "beat", "celerybeat", "clock", "crond"].contains($0) }) {
            return true
        }
        let command = service.commandLine.joined(separator: " ")
        return ["celery beat", " beat", "crond", "cron -f", "schedule:work", "clockwork", "rufus", "supercronic"]
            .contains { command.contains($0) }
    }

    private static let discoverers = [
        "traefik": "finds what to route", "nginx-proxy": "finds what to route", "docker-gen": "finds what to route",
        "acme-companion": "finds what needs certificates", "caddy-docker-proxy": "finds what to route",
        "watchtower": "replaces containers", "ouroboros": "replaces containers", "diun": "watches images",
        "autoheal": "restarts containers", "ofelia": "runs commands in containers",
        "chadburn": "runs commands in containers",
    ]

    private static let singleWriters = [
        "sqlite", ".db", "leveldb", "rocksdb", "boltdb", "badger", "duckdb", "h2:", "lmdb",
    ]
}
