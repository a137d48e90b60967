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
        let maintenance = maintenance.map { told in
            var told = told
            told.reason = secrets.redact(told.reason)
            return told
        }
        do {
            try audit.check(environment)
            let known = await knownHead()
            return try await withLease(as: owner) { leased in
                let (state, trail) = try await leased.survey()
                let log = try log(trail, of: state, known: known, as: owner)
                guard let edge = state.routedEdge, edge.serving != nil else {
                    throw DeployError(
                        .refused, "nothing serves \(environment.scope) yet: there is nothing to put under maintenance",
                        next: "Deploy a release first.")
                }
                let isAsItShouldBe =
                    edge.maintenance == maintenance && state.edgeStatus.isInMaintenance == (maintenance != nil)
                if isAsItShouldBe { return false }
                let intent = AuditIntent(action: maintenance == nil ? .endMaintenance : .beginMaintenance)
                return try await audited(intent, in: log, on: leased) {
                    let start = clock.now
                    // An edge that was configured by an older version may not know what it is told next.
                    try await leased.configureEdge(edge)
                    var amended = edge
                    amended.maintenance = maintenance
                    try await leased.amendEdge(amended)
                    let duration = start.duration(to: clock.now)
                    return (true, AuditOutcome(.succeeded, milliseconds: duration.milliseconds))
                }
            }
        } catch {
            throw DeployError(error).ofEndedRun(isCancelled: Task.isCancelled).redacted(by: secrets)
        }
    }
}
