extension LeasedShellDroplet {
    func health(of slot: Slot, after known: SlotHealth?, within patience: Duration) async throws -> SlotHealth {
        let end = ContinuousClock.now.advanced(by: patience)
        var left = patience
        while true {
            let look = try await look(at: slot, after: known, within: left)
            left = ContinuousClock.now.duration(to: end)
            if look != known || left <= .zero { return look }
        }
    }

    /// One look, which lasts until something is different; the droplet may call different what looks the same here.
    private func look(at slot: Slot, after known: SlotHealth?, within patience: Duration) async throws -> SlotHealth {
        let boundary = Sections.makeBoundary()
        let fingerprint = memory.fingerprint(of: known, in: slot)
        let command = DropletScript.health.command(
            [
                boundary, environment.project(of: slot), String((max(patience, .zero).milliseconds + 49) / 50),
                fingerprint, EdgePaths().worker,
            ] + HAProxyEdge.read.arguments,
            deadline: patience + .seconds(30)
        )
        // Looking changes nothing, so it needs no fence.
        let sections = Sections(try await droplet.shell.output(of: command), boundary: boundary)
        if let known, sections.parts.contains(where: { $0.name == "same" }) { return known }
        let health = SlotHealth(
            containers: DockerContainer.list(sections["containers"]).compactMap { $0.status() }
                .sorted { $0.name < $1.name },
            servers: try EdgeReading(sections["edge"]).statuses[droplet.paths.scope]?.servers(of: slot) ?? []
        )
        memory.keep(health, fingerprint: sections["fingerprint"], of: slot)
        return health
    }
}
