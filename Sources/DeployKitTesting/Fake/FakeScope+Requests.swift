import DeployKit

extension FakeScope {
    /// What a request to each host would get now.
    var answers: [String: FakeAnswer] {
        Dictionary(uniqueKeysWithValues: edge.hosts.keys.map { ($0, answer(for: $0)) })
    }

    /// What a request to a host would get now.
    ///
    /// The serving slot answers; the other one for the whole environment or for one service where the edge finds the
    /// serving one down. Where a server fell and the checks have not said so yet, the edge tries again and again.
    ///
    /// - Parameters:
    ///   - host: The host.
    ///   - chosen: The slot that the request goes to by a canary's share; nil for where the route leads.
    /// - Returns: The answer.
    func answer(for host: String, in chosen: Slot? = nil) -> FakeAnswer {
        guard let route = edge.hosts[host], let service = edge.services[host] else { return .unavailable }
        let serving = chosen ?? route
        let slot = edge.answering(for: serving)
        let own = edge.servers(of: service, in: slot)
        guard !own.isEmpty else { return .unavailable }
        if let container = own.filter(\.isUp).lazy.compactMap(self.listening).first { return answer(from: container) }
        if own.contains(where: \.isUp) { return .held }
        let backup = edge.servers(of: service, in: slot.other).filter(\.isUp)
        if edge.armed == serving, slot == serving, !backup.isEmpty {
            return backup.lazy.compactMap(self.listening).first.map(answer(from:)) ?? .held
        }
        return own.lazy.compactMap(self.listening).first.map(answer(from:)) ?? .held
    }

    /// What a probe of a host gets.
    mutating func result(of probe: Probe) -> ProbeResult {
        let answer: FakeAnswer
        switch probe.path {
        case .public: answer = ask(probe.host, isProbe: true)
        case .preview(let slot): answer = preview(of: probe.host, in: slot)
        }
        switch answer {
        case .answered(let release, let slot, let status):
            return ProbeResult(
                host: probe.host, status: status, slot: slot, detail: "release \(release)", milliseconds: 1)
        case .held:
            return ProbeResult(
                host: probe.host, status: nil, detail: "no answer in time",
                milliseconds: Int(probe.timeout / .milliseconds(1)))
        case .unavailable:
            return ProbeResult(host: probe.host, status: 503, detail: "no server is available", milliseconds: 1)
        }
    }

    private func preview(of host: String, in slot: Slot) -> FakeAnswer {
        guard let service = edge.told?.routes.last(where: { $0.host == host })?.service else { return .unavailable }
        let own = edge.servers(of: service, in: slot)
        return own.lazy.compactMap(self.listening).first.map(answer(from:)) ?? .unavailable
    }

    private func listening(_ server: FakeEdge.Server) -> FakeContainer? {
        containers.first { $0.isBehind(server) && $0.isListening }
    }

    private func answer(from container: FakeContainer) -> FakeAnswer {
        guard let release = container.release, let slot = container.slot else { return .unavailable }
        return .answered(by: release, slot: slot, status: container.behaviour.status)
    }

    /// What the running edge says.
    var edgeStatus: EdgeStatus {
        let own = edge.servers.map { server in
            EdgeServer(
                service: server.place.service, backendSlot: server.slot, slot: server.slot, replica: server.replica,
                isUp: server.isUp, lastCheck: server.check,
                sessions: server.replica == 1 ? edge.sessions.filter { $0.place == server.place }.count : 0)
        }
        let backups = edge.servers.compactMap { server -> EdgeServer? in
            guard edge.slots[server.slot.other]?.contains(where: { $0.name == server.place.service }) ?? false
            else { return nil }
            let isArmed = edge.armed == server.slot.other
            return EdgeServer(
                service: server.place.service, backendSlot: server.slot.other, slot: server.slot,
                replica: server.replica, isBackup: true, isUp: isArmed && server.isUp, isDisabled: !isArmed,
                lastCheck: server.check)
        }
        return EdgeStatus(
            hosts: edge.hosts, servers: own + backups, counters: edge.tallies.map(\.counters),
            share: edge.share?.percent ?? 0,
            isInMaintenance: edge.isInMaintenance)
    }

    /// How a slot is.
    func health(of slot: Slot) -> SlotHealth {
        SlotHealth(
            containers: containers.filter { $0.slot == slot }.map(\.status).sorted { $0.name < $1.name },
            servers: edgeStatus.servers(of: slot))
    }
}
