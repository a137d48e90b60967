extension LeasedShellDroplet {
    func health(of slot: Slot, after known: SlotHealth?, within patience: Duration) async throws -> SlotHealth {
        let end = ContinuousClock.now.advanced(by: patience)
        var left = patience
        while true {
            let health = try await look(at: slot, after: known, within: left, counting: false).health
            left = ContinuousClock.now.duration(to: end)
            if health != known || left <= .zero { return health }
        }
    }

    func sample(_ slot: Slot, after known: WatchSample?, within patience: Duration) async throws -> WatchSample {
        let look = try await look(at: slot, after: known?.health, within: patience, counting: true)
        return WatchSample(health: look.health, counters: look.counters)
    }

    /// One look, which lasts until something is different; the droplet may call different what looks the same here.
    ///
    /// What the edge has counted is different all the time, so it ends no look.
    private func look(
        at slot: Slot, after known: SlotHealth?, within patience: Duration, counting: Bool
    ) async throws -> (health: SlotHealth, counters: [EdgeCounters]) {
        let boundary = Sections.makeBoundary()
        let fingerprint = memory.fingerprint(of: known, in: slot)
        let command = DropletScript.health.command(
            [
                boundary, environment.project(of: slot), String((max(patience, .zero).milliseconds + 49) / 50),
                fingerprint, EdgePaths().worker, counting ? "counting" : "",
            ] + HAProxyEdge.read.arguments,
            deadline: patience + .seconds(30)
        )
        // Looking changes nothing, so it needs no fence.
        let sections = Sections(try await droplet.shell.output(of: command), boundary: boundary)
        let isSame = sections.parts.contains { $0.name == "same" }
        if let known, isSame, !counting { return (known, []) }
        let status = try EdgeReading(sections["edge"]).statuses[droplet.paths.scope] ?? EdgeStatus()
        if let known, isSame { return (known, status.counters) }
        let health = SlotHealth(
            containers: DockerContainer.list(sections["containers"], deaths: sections["deaths"]).compactMap {
                $0.status()
            }
            .sorted { $0.name < $1.name },
            servers: status.servers(of: slot)
        )
        memory.keep(health, fingerprint: sections["fingerprint"], of: slot)
        return (health, status.counters)
    }
}
