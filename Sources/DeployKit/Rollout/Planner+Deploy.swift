extension Planner {
    /// Plans how a candidate comes to serve.
    ///
    /// - Parameters:
    ///   - candidate: What is to be deployed.
    ///   - salt: A random text, for the digests of a new release.
    /// - Returns: The plan; without steps when the candidate serves already and nothing is left to do.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` when the version cannot name a release.
    public func deploy(_ candidate: ReleaseCandidate, salt: String) throws -> Plan {
        var findings = candidate.findings + hostFindings() + routeFindings()
        let edge = currentEdge(findings: &findings)
        let known = candidate.existing(among: state.releases)
        let release = try known ?? candidate.release(beside: state.releases, salt: salt)
        if let answering, state.release(in: answering)?.id == release.id, known != nil, state.isReady(answering) {
            return settling(release, in: answering, edge: edge, findings: findings, candidate: candidate)
        }

        let former = answering
        let slot = former?.other ?? .blue
        let serving = former.flatMap(state.release(in:))
        let memory = memoryForecast(for: release.services, clearing: slot, serving: former)
        let stores = storeChanges(candidate)
        findings += memoryFindings(memory, former: former) + storeFindings(stores) + orphanFindings(candidate)
        findings += storeImageFindings(stores, candidate)

        var plan = Plan(
            scope: environment.scope,
            action: .deploy,
            before: serving?.id,
            release: release,
            slot: slot,
            steps: [],
            images: imageChanges(from: serving, to: release),
            environment: environmentChanges(from: serving, to: candidate),
            stores: stores,
            memory: memory,
            losses: losses(former: former, memory: memory),
            findings: findings,
            edge: edge
        )
        plan.routes = environment.routes
        plan.storeSalt = state.storeSalt.isEmpty ? salt : state.storeSalt
        let migrations = migrationForecast(for: candidate, before: serving)
        plan.add(migrations)
        plan.steps = takeover() + arrival(of: release, candidate: candidate, stores: stores)
        plan.steps += replacement(by: release, in: slot, former: former, memory: memory, migrating: migrations)
        plan.steps = watched(plan.steps, release, in: slot, former: former)
        if memory.verdict != .stopFirst { plan.steps = withCanary(plan.steps, release, in: slot, former: former) }
        plan.findings += maintenanceFindings() + paceFindings(of: plan.steps) + standbyFindings(of: plan)
        return plan
    }

    private func arrival(of release: Release, candidate: ReleaseCandidate, stores: [StoreChange]) -> [Step] {
        var steps: [Step] = []
        let missing = Set(release.images.values).filter { state.images[$0.digest] == nil }
        if !missing.isEmpty {
            steps.append(.fetchImages(missing.sorted { $0.name < $1.name }))
        }
        // What a run only wrote and never started goes with this one, if it fails.
        let isInUse = state.hasServed(release.id) || state.containers.contains { $0.release == release.id }
        let isStaged = state.releases.contains { $0.id == release.id }
        if !isStaged || !isInUse { steps.append(.stage(release.id)) }
        let started = stores.filter { $0.kind == .created || $0.kind == .started }.map(\.service)
        if !started.isEmpty { steps.append(.startStores(started)) }
        return steps
    }

    /// The steps that start a staged release in a slot, move the traffic and leave everything tidy.
    func replacement(
        by release: Release, in slot: Slot, former: Slot?, memory: MemoryForecast,
        migrating migrations: MigrationForecast = MigrationForecast()
    ) -> [Step] {
        // Without need of the slot, a migration that fails costs not even the standby.
        var steps: [Step] = migrations.needsSlot ? [] : migrations.steps
        steps.append(.prepareEdge(slot, release.id))
        if !state.containers(in: slot).isEmpty { steps.append(.vacate(slot, release.id)) }
        if migrations.needsSlot { steps += migrations.steps }
        let formerRelease = former.flatMap(state.release(in:))
        let allWorkers = release.workers + (formerRelease?.workers ?? [])
        let stopFirst = Set(allWorkers.filter { $0.replacement == .stopFirst }.map(\.name))
        var stopped: [String] = []
        if let former {
            // Those too that stand still: they are started first where a run that died stopped them.
            let idle = services([.worker], in: former, that: [.exited, .created])
            let all = (services([.web, .worker], in: former, that: [.running, .restarting]) + idle).sorted()
            stopped = memory.verdict == .stopFirst ? all : all.filter(stopFirst.contains)
            if !stopped.isEmpty { steps.append(.stop(former, stopped)) }
        }
        steps.append(.start(slot, release.id, release.services.map(\.name).sorted()))
        steps.append(.gate(slot, release.id))
        // One that serves and is not recorded was never verified.
        let hasServed = formerRelease.map { state.hasServed($0.id) } ?? false
        let keepsStandby = former != nil && hasServed && memory.verdict == .bothFit && !migrations.endsRollback
        steps.append(.cutOver(slot, standby: keepsStandby))
        steps.append(.verify(slot, release.id))
        if let former {
            let workers = services([.worker], in: former, that: [.running, .restarting, .exited, .created])
                .filter { !stopped.contains($0) }
            if !workers.isEmpty { steps.append(.stop(former, workers)) }
            steps.append(.drain(former, limit: environment.edge.drainLimit))
            if !keepsStandby { steps.append(.clear(former)) }
        }
        let surplus = surplus(serving: release.id, standby: keepsStandby ? formerRelease?.id : nil)
        if !surplus.isEmpty { steps.append(.prune(surplus)) }
        return steps + [.record]
    }
}
