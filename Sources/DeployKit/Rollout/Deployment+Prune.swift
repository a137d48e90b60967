extension Planner {
    /// The releases that are kept no longer: neither serving, nor on standby, nor among the last ones.
    public var prunable: [Release.ID] {
        guard let serving = state.servingRelease else { return surplus(serving: nil, standby: nil) }
        let other = state.servingSlot.map(\.other).flatMap(state.release(in:))
        return surplus(serving: serving.id, standby: other?.id)
    }
}

extension Deployment {
    /// Removes the releases that are kept no longer, with their images.
    ///
    /// - Parameter owner: Who does it.
    /// - Returns: The releases that were removed.
    /// - Throws: ``DeployError``, with what to do next.
    public func prune(as owner: LeaseOwner) async throws -> [Release.ID] {
        do {
            return try await droplet.withLease(as: owner, waiting: patience) { leased in
                let planner = Planner(environment: environment, state: try await leased.observe(), options: options)
                let releases = planner.prunable
                // Also without a release to remove: images that an interrupted run left are taken away.
                try await leased.remove(releases)
                return releases
            }
        } catch {
            throw DeployError(error)
        }
    }
}
