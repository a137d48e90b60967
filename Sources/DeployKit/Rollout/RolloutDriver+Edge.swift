extension RolloutDriver {
    /// Tells the edge what is known of it by now, with the routes and the policy of the environment.
    func configureEdge(_ progress: inout Progress) async throws {
        progress.edge.routes = environment.routes
        progress.edge.policy = environment.edge
        try await droplet.configureEdge(progress.edge)
    }

    /// Waits until the edge finds all servers of a slot up, as long as a release may take to become healthy.
    func awaitServers(of slot: Slot, progress: Progress) async throws {
        let count = (progress.edge.slots[slot] ?? []).reduce(0) { $0 + $1.ports.count }
        let limit = environment.health.deadline
        let deadline = clock.now.advanced(by: limit)
        var known: SlotHealth?
        while true {
            let health = try await droplet.health(of: slot, after: known, within: known == nil ? .zero : .seconds(1))
            if health.servers.count == count, health.servers.allSatisfy(\.isUp) { return }
            if clock.now >= deadline {
                throw DeployError(.unhealthy, "the edge did not find all of \(slot.rawValue) up after \(limit.inWords)")
            }
            known = health
        }
    }
}
