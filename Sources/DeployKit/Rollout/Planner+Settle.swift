extension Planner {
    /// The plan for a release that serves already: what an earlier run did not come to, usually nothing.
    func settling(
        _ release: Release, in slot: Slot, edge: EdgeEnvironment, findings: [Finding], candidate: ReleaseCandidate
    ) -> Plan {
        let stores = storeChanges(candidate)
        let memory = MemoryForecast(available: state.host.memoryAvailable, needed: 0, reserve: 0)
        // The database may have been restored to what it was before the release.
        let migrations = migrationForecast(for: candidate, before: release)
        var steps = settledRoutes(to: slot)
        let started = stores.filter { $0.kind == .created || $0.kind == .started }.map(\.service)
        if !started.isEmpty { steps.append(.startStores(started)) }
        steps += migrations.steps + leftovers(of: release, in: slot)
        steps += reconfiguration(under: release, in: slot, after: steps) + unfinishedWatch(of: release, in: slot)
        if !steps.isEmpty || state.history.releases.last != release.id { steps.append(.record) }
        var plan = Plan(
            scope: environment.scope, action: .deploy, before: release.id, release: release, slot: slot, steps: steps,
            images: [], environment: [], stores: stores, memory: memory, losses: routeLosses(),
            findings: findings + storeFindings(stores) + maintenanceFindings(), edge: edge, routes: environment.routes,
            storeSalt: state.storeSalt
        )
        plan.add(migrations)
        return plan
    }

    /// The steps that make what answers serve officially, on disk too: the standby, where the release that serves is
    /// down; and that let the workers work which a run that died left stopped.
    func takeover() -> [Step] {
        guard let serving = state.servingSlot, let answering else { return [] }
        let isOnDisk = state.edge?.serving == answering
        if answering == serving, isOnDisk { return endOfCanary() + workersTakingOver(in: answering) }
        // The edge refuses to move to what it does not find up.
        guard state.isReady(answering) else { return endOfCanary() }
        return [.cutOver(answering, standby: false)] + endOfCanary() + workersTakingOver(in: answering)
    }

    /// The steps that let the workers of a slot work, once nothing works in the other one that must not beside them.
    ///
    /// - Parameters:
    ///   - slot: The slot.
    ///   - mayGoBack: Whether the routes may still go back to the other slot, which then keeps what is in it.
    /// - Returns: The steps; none where no worker stands still.
    func workersTakingOver(in slot: Slot, mayGoBack: Bool = false) -> [Step] {
        let idle = services([.worker], in: slot, that: [.exited, .created])
        guard !idle.isEmpty else { return [] }
        // Of a release that never served nothing is known, and nothing is worth keeping.
        if !mayGoBack, holdsUnproven(slot.other) { return [.clear(slot.other), .resume(slot, idle)] }
        let workers = Slot.allCases.compactMap(state.release(in:)).flatMap(\.workers)
        let alone = Set(workers.filter { $0.replacement == .stopFirst }.map(\.name))
        let inTheWay = services([.worker], in: slot.other, that: [.running, .restarting]).filter(alone.contains)
        return (inTheWay.isEmpty ? [] : [.stop(slot.other, inTheWay)]) + [.resume(slot, idle)]
    }

    /// The cutover that an earlier run did not come to: the map on disk, and the standby.
    func settledRoutes(to slot: Slot) -> [Step] {
        let couldStandBy =
            !holdsUnproven(slot.other) && state.isReady(slot.other) && bearsSchema(state.release(in: slot.other))
        let isThere = state.servingSlot == slot && state.edge?.serving == slot
        guard !isThere || (couldStandBy && state.edge?.standbyIsArmed == false) else { return [] }
        return [.cutOver(slot, standby: couldStandBy)]
    }

    /// What an earlier run left undone after its cutover.
    func leftovers(of release: Release, in slot: Slot) -> [Step] {
        var steps = endOfCanary() + workersTakingOver(in: slot)
        let other = slot.other
        let isUnproven = holdsUnproven(other)
        if isUnproven {
            if !steps.contains(.clear(other)) { steps.append(.clear(other)) }
        } else {
            let workers = services([.worker], in: other, that: [.running, .restarting])
                .filter { !steps.stopped(in: other).contains($0) }
            if !workers.isEmpty { steps.append(.stop(other, workers)) }
        }
        let surplus = surplus(serving: release.id, standby: isUnproven ? nil : state.release(in: other)?.id)
        if !surplus.isEmpty { steps.append(.prune(surplus)) }
        return steps
    }

    /// Whether something is in a slot that is not one release which has served.
    private func holdsUnproven(_ slot: Slot) -> Bool {
        !state.containers(in: slot).isEmpty && !(state.release(in: slot).map { state.hasServed($0.id) } ?? false)
    }
}
