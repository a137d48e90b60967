/// What a service does that two releases cannot do at once, and in which order it is replaced.
struct ConcurrencyDecision {
    /// In which order a worker makes way for the next.
    private(set) var replacement: Service.Replacement

    init(of service: ComposeService, role: ServiceRole, settings: ServiceSettings?, findings: inout [Finding]) {
        replacement = settings?.replacement ?? .startFirst
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
                advice:
                    "Leave it out, with a profile or with ServiceSettings(replicas: 0): the edge and the releases do its work."
            )
        } else {
            findings.add(
                .warning, service, "volumes",
                "It sees and may change every container on the droplet through \(mount.source ?? "docker.sock"): both "
                    + "releases, the stores and other environments.")
        }
    }

    /// Data that only one process may have open, in a volume that two releases share while both run.
    private func judgeSharedData(_ service: ComposeService, _ role: ServiceRole, _ findings: inout [Finding]) {
        let mounts = service.mounts.filter { $0.type == "volume" && !$0.isReadOnly && $0.source != nil }
        guard role.kind != .job, !mounts.isEmpty else { return }
        judgeHiddenCode(service, mounts, &findings)
        guard replacement == .startFirst || role.kind == .web else { return }
        let image = ImageName(service.image ?? "").path.lowercased()
        if let product = Self.exclusiveImages.first(where: { image.contains($0) }) {
            findings.add(
                .refusal, service, "volumes",
                "\(product) locks its data: a second one, the next release's, would not start while the first runs.",
                advice: "Leave it out of what is deployed with ServiceSettings(replicas: 0), and run it by itself.")
        }
        let texts = service.environment.values.compactMap { $0?.lowercased() } + service.commandLine
        if let hint = Self.singleWriters.first(where: { hint in texts.contains { $0.contains(hint) } }) {
            findings.add(
                .warning, service, "volumes",
                "Its settings name a database of one process (\(hint)) in a volume: while both run, two releases have it "
                    + "open, the new one with its schema.",
                advice: "Use a database server as a store; or state ServiceSettings(replacement: .stopFirst) for a "
                    + "worker.")
        }
    }

    /// Docker fills a volume from the image once: over the application's folder it hides every later image's files.
    private func judgeHiddenCode(_ service: ComposeService, _ mounts: [ComposeMount], _ findings: inout [Finding]) {
        let folders = MountedSource.applicationFolders(of: service)
        guard let mount = mounts.first(where: { folders.contains($0.target) }) else { return }
        findings.add(
            service.isBuilt ? .refusal : .warning, service, "volumes",
            "The volume “\(mount.source ?? "")” lies over \(mount.target), where the image has the application: it keeps what "
                + "the first release put there, and hides what a later image has.",
            advice: "Give the volume only to the folder that is written to.")
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

    private static let exclusiveImages = ["portainer/portainer", "itzg/minecraft", "nexus3", "jenkins/jenkins"]

    private static let singleWriters = [
        "sqlite", ".db", "leveldb", "rocksdb", "boltdb", "badger", "duckdb", "h2:", "lmdb",
    ]
}
