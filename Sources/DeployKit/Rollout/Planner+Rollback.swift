extension Planner {
    /// Plans how a release that served before comes to serve again.
    ///
    /// - Parameter target: The release; nil for the one that served before the one that serves.
    /// - Returns: The plan; one change of the routes when the release is on standby.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` when there is no such release on the droplet.
    public func rollback(to target: Release.ID? = nil) throws -> Plan {
        guard let serving = state.servingSlot, let answering else {
            throw DeployError(
                .refused, "nothing serves \(environment.scope) yet: there is nothing to roll back to",
                next: "Deploy a release first.")
        }
        let servingRelease = state.release(in: serving)
        let answeringRelease = state.release(in: answering)
        let release = try target.map(release(named:)) ?? releaseBefore(servingRelease, answering: answering)
        var findings = maintenanceFindings()
        let edge = currentEdge(findings: &findings)
        findings += schemaFindings(for: release)
        var plan = Plan(
            scope: environment.scope, action: .rollback, before: answeringRelease?.id, release: release, slot: serving,
            steps: [], images: imageChanges(from: answeringRelease, to: release), environment: [],
            stores: state.stores.map { StoreChange(service: $0.service, kind: .untouched) },
            memory: MemoryForecast(available: state.host.memoryAvailable, needed: 0, reserve: 0),
            losses: hostLosses(to: release, routes: edge.routes),
            findings: findings, edge: edge, routes: edge.routes
        )
        if state.release(in: serving)?.id == release.id, answering == serving, state.isReady(serving) {
            plan.steps = settledRoutes(to: serving) + leftovers(of: release, in: serving)
            if !plan.isEmpty { plan.steps.append(.record) }
            return plan
        }
        plan.slot = serving.other
        if state.release(in: serving.other)?.id == release.id, state.isReady(serving.other) {
            plan.steps = exchange(serving, for: serving.other, release: release)
            return plan
        }
        return try restarting(release, former: answering, plan: plan)
    }

    /// The standby takes over: one change of the routes, everything else comes after it.
    private func exchange(_ serving: Slot, for standby: Slot, release: Release) -> [Step] {
        let couldStandBy = state.isReady(serving) && bearsSchema(state.release(in: serving))
        var steps: [Step] = [.cutOver(standby, standby: couldStandBy)]
        steps += workersTakingOver(in: standby, mayGoBack: true)
        steps.append(.verify(standby, release.id))
        let workers = services([.worker], in: serving, that: [.running, .restarting])
            .filter { !steps.stopped(in: serving).contains($0) }
        if !workers.isEmpty { steps.append(.stop(serving, workers)) }
        steps.append(.drain(serving, limit: environment.edge.drainLimit))
        return steps + [.record]
    }

    /// The release starts again from the files that it left on the droplet.
    private func restarting(_ release: Release, former: Slot, plan: Plan) throws -> Plan {
        let missing = release.images.values.filter { state.images[$0.digest] == nil }.map(\.name).sorted()
        guard missing.isEmpty else {
            throw DeployError(
                .refused,
                "release \(release.id) cannot start: its images \(missing.list) are not on the droplet any more",
                next: "Deploy its version again."
            )
        }
        var plan = plan
        plan.slot = former.other
        plan.routes = environment.routes
        plan.memory = memoryForecast(for: release.services, clearing: former.other, serving: former)
        plan.findings += memoryFindings(plan.memory, former: former) + routeFindings()
        plan.losses += losses(former: former, memory: plan.memory)
        plan.steps =
            takeover() + replacement(by: release, in: former.other, former: former, memory: plan.memory)
        return plan
    }

    private func release(named id: Release.ID) throws -> Release {
        guard let release = state.releases.first(where: { $0.id == id }) else {
            let known = state.releases.map(\.id.rawValue).sorted().list
            throw DeployError(
                .refused,
                "there is no release \(id) on the droplet",
                evidence: known.isEmpty ? [] : ["releases on the droplet: \(known)"],
                next: "See which there are with the command releases."
            )
        }
        return release
    }

    private func releaseBefore(_ serving: Release?, answering: Slot) throws -> Release {
        // A canary that a dead run left is what there is to take back.
        if let serving, isInCanary { return serving }
        let before = serving.flatMap { state.history.release(before: $0.id) }
        if let before, let release = state.releases.first(where: { $0.id == before }) { return release }
        if answering != state.servingSlot, let release = state.release(in: answering) { return release }
        throw DeployError(
            .refused,
            "there is no release before \(serving.map { "\($0.id)" } ?? "the one that serves") to go back to",
            next: "Name one with --to, or deploy another version."
        )
    }
}
