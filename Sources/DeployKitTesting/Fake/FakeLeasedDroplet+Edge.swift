import DeployKit

extension FakeLeasedDroplet {
    func configureEdge(_ edge: EdgeEnvironment) async throws {
        try await perform(.configureEdge) { extent in
            guard extent == .whole else { return }
            try change(noting: .configureEdge) { scope, _ in scope.edge.configure(edge) }
        }
    }

    func cutOver(_ edge: EdgeEnvironment) async throws -> CutoverReport {
        try await perform(.cutOver) { extent in
            guard let slot = edge.serving else { throw DeployError(.edge, "the cutover names no slot") }
            let effect = FakeEffect.cutOver(slot, standby: edge.standbyIsArmed)
            return try change(noting: extent == .whole ? effect : nil) { scope, _ in
                try scope.edge.checkServers(of: edge, in: slot)
                // The file is exchanged before the map, so that a restart comes up on the way forward.
                scope.edge.told = edge
                guard extent == .whole else { return CutoverReport(microseconds: 0) }
                scope.edge.hosts = Dictionary(edge.routes.map { ($0.host, slot) }, uniquingKeysWith: { $1 })
                scope.edge.services = Dictionary(
                    edge.routes.map { ($0.host, $0.service) }, uniquingKeysWith: { $1 })
                scope.edge.amend(edge)
                return CutoverReport(microseconds: 1000)
            }
        }
    }

    func amendEdge(_ edge: EdgeEnvironment) async throws {
        try await perform(.amendEdge) { extent in
            let effect = FakeEffect.amendEdge(percent: edge.share?.percent ?? 0, maintenance: edge.maintenance != nil)
            try change(noting: extent == .whole ? effect : nil) { scope, _ in
                if edge.share != nil, let serving = edge.serving {
                    try scope.edge.checkServers(of: edge, in: serving.other)
                }
                // The files are exchanged before the map, as in a cutover.
                scope.edge.told = edge
                if extent == .whole { scope.edge.amend(edge) }
            }
        }
    }

    func drain(_ slot: Slot, within limit: Duration) async throws -> DrainReport {
        try await perform(.drain) { extent in
            guard extent == .whole else { return DrainReport(closed: 0) }
            let isDrained = try await wait(limit) { scope in
                scope.edge.sessions.contains { $0.place.slot == slot } ? nil : true
            }
            return try change(noting: .drain(slot)) { scope, _ in
                guard isDrained == nil else { return DrainReport(closed: 0) }
                let left = scope.edge.sessions.filter { $0.place.slot == slot }.count
                scope.edge.sessions.removeAll { $0.place.slot == slot }
                return DrainReport(closed: left)
            }
        }
    }
}

extension FakeEdge {
    /// Refuses a cutover to servers that the edge was not told of or does not find up.
    fileprivate func checkServers(of edge: EdgeEnvironment, in slot: Slot) throws {
        guard EdgeConfiguration.structure(of: edge) == structure else {
            throw DeployError(.edge, "the edge was not told of these servers; no route has moved")
        }
        guard let services = slots[slot], !services.isEmpty else {
            throw DeployError(.edge, "the edge has no servers in \(slot.rawValue)")
        }
        if let down = servers.first(where: { $0.slot == slot && !$0.isUp }) {
            throw DeployError(
                .edge, "the edge does not find \(down.place.service) in \(slot.rawValue) up; no route has moved",
                evidence: ["last check: \(down.check)"])
        }
    }
}
