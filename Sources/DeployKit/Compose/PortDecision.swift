/// What becomes of the ports of a service.
struct PortDecision {
    /// The port that a web service listens on; nil where it cannot be told, and for every other service.
    var port: Int?
    /// The published ports that stay as they are.
    var kept: [PublishedPort] = []

    init(
        of service: ComposeService,
        role: ServiceRole,
        settings: ServiceSettings?,
        image: ImageFacts?,
        findings: inout [Finding]
    ) {
        switch role.kind {
        case .web:
            port = settings?.port ?? Self.webPort(of: service, image, findings: &findings)
            decideWeb(service, findings: &findings)
        case .store: dropOfStore(service, findings: &findings)
        case .worker, .job: decideUnrouted(service, role, settings, findings: &findings)
        }
    }

    private func decideWeb(_ service: ComposeService, findings: inout [Finding]) {
        if let port, !(1...65535).contains(port) {
            findings.add(.refusal, service, "ports", "\(port) is no port: 1 to 65535 are.")
        }
        guard let port else { return }
        let others = service.ports.filter { $0.target != port || $0.transport != "tcp" }
        let lost = others.filter { port in
            // HTTP/3 is the edge's business, as HTTPS is; every other UDP port would be lost.
            let isRaw = port.transport == "tcp" ? Self.rawPorts.contains(port.target) : port.published != "443"
            return isRaw && !port.isLocal
        }
        if !lost.isEmpty {
            findings.add(
                .refusal, service, "ports",
                "It publishes \(lost.map(\.text).sentence), which the edge does not route: two releases cannot have one "
                    + "host port.",
                advice: "Move what listens there to a service without a route, with "
                    + "ServiceSettings(replacement: .stopFirst), or leave the port out.")
        }
        let dropped = others.filter { !lost.contains($0) }
        if !dropped.isEmpty {
            findings.add(
                dropped.allSatisfy(\.isLocal) ? .note : .warning, service, "ports",
                "Only port \(port) gets traffic from the edge; \(dropped.map(\.text).sentence) "
                    + (dropped.count == 1 ? "is" : "are") + " not published.")
        }
    }

    private static func webPort(
        of service: ComposeService,
        _ image: ImageFacts?,
        findings: inout [Finding]
    ) -> Int? {
        if let port = service.proxiedPort { return port }
        // A port that is published for the host alone is more often one for a debugger than the application's.
        let published = service.ports.filter { $0.transport == "tcp" }
        let sources = [
            published.filter { !$0.isLocal }.map(\.target), published.map(\.target), service.exposedPorts,
            image?.ports ?? [],
        ].map { Set($0).sorted() }
        let candidates = sources.first { !$0.isEmpty } ?? []
        if candidates.count == 1 {
            if rawPorts.contains(candidates[0]) {
                findings.add(
                    .refusal, service, "ports",
                    "A route leads to it, and its port \(candidates[0]) is not one of HTTP, which is all that the edge routes.",
                    advice: "State ServiceSettings(port: \(candidates[0])) if it answers HTTP there.")
            }
            return candidates[0]
        }
        let reason =
            if !candidates.isEmpty {
                "it has \(candidates.map(String.init).sentence)"
            } else if !service.ports.isEmpty {
                "\(service.ports.map(\.text).sentence) is not HTTP"
            } else {
                "the file has neither “ports” nor “expose” for it"
            }
        findings.add(
            .refusal, service, "ports", "Its port cannot be told: \(reason).",
            advice: "State the one that answers HTTP: ServiceSettings(port: \(candidates.first ?? 8080)).")
        return nil
    }

    private func dropOfStore(_ service: ComposeService, findings: inout [Finding]) {
        guard !service.ports.isEmpty else { return }
        let isOpen = service.ports.contains { !$0.isLocal }
        findings.add(
            isOpen ? .warning : .note, service, "ports",
            "\(service.ports.map(\.text).sentence) \(service.ports.count == 1 ? "is" : "are") not published: Docker's "
                + "rules come before the host's firewall, and releases reach the store by its name.",
            advice: isOpen ? "To look into it, use `docker exec` on the droplet." : "")
    }

    private mutating func decideUnrouted(
        _ service: ComposeService,
        _ role: ServiceRole,
        _ settings: ServiceSettings?,
        findings: inout [Finding]
    ) {
        guard !service.ports.isEmpty, !role.isWithStores else { return }
        let names = service.ports.map(\.text).sentence
        if role.kind == .worker, settings?.replacement == .stopFirst {
            kept = service.ports
            refuseTaken(of: service, replicas: settings?.replicas ?? service.replicas, findings: &findings)
            findings.add(
                .warning, service, "ports",
                "It keeps its published ports, past the host's firewall: \(names). They are closed while a release "
                    + "replaces the service.")
            return
        }
        let raw = service.ports.filter { !$0.isLocal && ($0.transport != "tcp" || Self.rawPorts.contains($0.target)) }
        guard raw.isEmpty else {
            findings.add(
                .refusal, service, "ports",
                "It publishes \(raw.map(\.text).sentence), which is not HTTP: the edge does not route it, and two "
                    + "releases cannot have one host port.",
                advice: "State ServiceSettings(replacement: .stopFirst) to keep the port with a gap at each deploy, "
                    + "ServiceSettings(kind: .store) where no deploy has to replace it, or leave the port out.")
            return
        }
        let isOpen = service.ports.contains { !$0.isLocal }
        findings.add(
            isOpen ? .warning : .note, service, "ports",
            "\(names) \(service.ports.count == 1 ? "is" : "are") not published: two releases cannot have one host port, "
                + "and no route leads to the service.",
            advice: !isOpen
                ? ""
                : service.ports.contains { ["80", "443"].contains($0.published) }
                    ? "The edge has ports 80 and 443: route to what is behind this service, and leave it out with "
                        + "ServiceSettings(replicas: 0)."
                    : "Add a route to it if it has to be reached from outside.")
    }

    /// Refuses the host ports that a worker cannot have: those of the droplet itself, and one for several containers.
    private func refuseTaken(of service: ComposeService, replicas: Int, findings: inout [Finding]) {
        let taken = service.ports.filter { port in
            guard port.transport == "tcp", let range = port.hostPorts else { return false }
            return range.overlaps(PortBlock.range) || [22, 80, 443].contains(where: range.contains)
        }
        if !taken.isEmpty {
            findings.add(
                .refusal, service, "ports",
                "It publishes \(taken.map(\.text).sentence): the droplet's SSH server has port 22, the edge 80, 443 and "
                    + "\(PortBlock.range.lowerBound) to \(PortBlock.range.upperBound - 1), so it could not start.",
                advice: "Publish another port of the host.")
        }
        let single = service.ports.filter { $0.hostPorts?.count == 1 }
        if replicas > 1, !single.isEmpty, service.value["deploy"]?["mode"]?.string != "global" {
            findings.add(
                .refusal, service, "ports",
                "It has \(replicas) replicas, and only one of them can have \(single.map(\.text).sentence).",
                advice: "State ServiceSettings(replicas: 1, replacement: .stopFirst) for “\(service.name)”.")
        }
    }

    /// The ports of protocols that are not HTTP: SSH, mail, DNS, MQTT, XMPP, IRC, RTMP, SIP, STUN, games.
    private static let rawPorts: Set = [
        21, 22, 23, 25, 53, 110, 123, 143, 161, 389, 465, 514, 554, 587, 636, 873, 993, 995, 1883, 1935, 2222, 3478,
        5060, 5061, 5222, 5269, 5349, 6667, 6697, 8883, 9418, 25565,
    ]
}
