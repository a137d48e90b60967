extension Deployment {
    /// Tells the public that the environment is under maintenance, or ends that.
    ///
    /// It needs no reload, outlives reloads and restarts, and stays over deploys and rollbacks until it is ended.
    ///
    /// - Parameters:
    ///   - maintenance: What the public is told; nil ends it.
    ///   - owner: Who does it.
    /// - Returns: Whether anything was changed.
    /// - Throws: ``DeployError``, with what to do next.
    public func set(_ maintenance: Maintenance?, as owner: LeaseOwner) async throws -> Bool {
        do {
            return try await droplet.withLease(as: owner, waiting: patience) { leased in
                let state = try await leased.observe()
                guard var edge = state.edge, let serving = state.servingSlot else {
                    throw DeployError(
                        .refused, "nothing serves \(environment.scope) yet: there is nothing to put under maintenance",
                        next: "Deploy a release first.")
                }
                edge.serving = serving
                let isAsItShouldBe =
                    edge.maintenance == maintenance && state.edgeStatus.isInMaintenance == (maintenance != nil)
                if isAsItShouldBe { return false }
                // An edge that was configured by an older version may not know what it is told next.
                try await leased.configureEdge(edge)
                edge.maintenance = maintenance
                try await leased.amendEdge(edge)
                return true
            }
        } catch {
            throw DeployError(error)
        }
    }
}
