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
            try audit.check(environment)
            let known = await knownHead()
            return try await withLease(as: owner) { leased in
                let (state, trail) = try await leased.survey()
                let log = try log(trail, of: state, known: known, as: owner)
                let releases = Planner(environment: environment, state: state, options: options).prunable
                // Images that an interrupted run left are taken away; they were never part of anything.
                guard !releases.isEmpty else {
                    try await leased.remove([])
                    return []
                }
                return try await audited(AuditIntent(action: .prune, removed: releases), in: log, on: leased) {
                    let start = clock.now
                    try await leased.remove(releases)
                    let duration = start.duration(to: clock.now)
                    return (releases, AuditOutcome(.succeeded, milliseconds: duration.milliseconds))
                }
            }
        } catch {
            throw DeployError(error).ofEndedRun(isCancelled: Task.isCancelled).redacted(by: secrets)
        }
    }
}
