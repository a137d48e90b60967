extension RolloutDriver {
    /// Performs one step and returns a word on what came of it.
    func perform(
        _ step: Step, of plan: Plan, since start: C.Instant, progress: inout Progress
    ) async throws -> String {
        switch step {
        case .fetchImages(let images):
            progress.references.merge(try await droplet.fetch(images)) { _, new in new }
        case .stage:
            guard let candidate else { break }
            let block = PortBlock(first: progress.edge.firstPort)
            try await droplet.stage(try candidate.bundle(plan.release, progress.references, block))
        case .startStores(let names):
            guard let candidate else { break }
            try await droplet.startStores(
                try candidate.stores(candidate.storeDigests(salt: plan.storeSalt), plan.storeSalt))
            return "healthy: \(names.list)"
        case .prepareEdge(let slot, _):
            let block = PortBlock(first: progress.edge.firstPort)
            progress.edge.slots[slot] = EdgeService.services(of: plan.release, in: slot, block: block)
            progress.edge.standbyIsArmed = false
            try await configureEdge(&progress)
        case .configureEdge:
            try await configureEdge(&progress)
        case .awaitServers(let slot):
            try await awaitServers(of: slot, progress: progress)
        case .checkpoint:
            return try await makeCheckpoint(of: plan, progress: &progress)
        case .migrate(let versions):
            return try await migrate(versions, of: plan, step: step, progress: progress)
        case .clear(let slot):
            try await droplet.clear(slot)
        case .vacate(let slot, let release):
            try await droplet.vacate(slot, for: release)
        case .stop(let slot, let services):
            try await droplet.stop(services, in: slot)
        case .resume(let slot, let services):
            try await droplet.resume(services, in: slot)
        case .start(let slot, let release, let services):
            try await droplet.start(release, in: slot, services: services, within: environment.health.deadline)
        case .gate(let slot, _):
            return try await waitUntilHealthy(slot, plan: plan, step: step, progress: &progress)
        case .shift(_, let percent):
            if percent > 0 { try await beginCounting(before: step, of: plan, progress: &progress) }
            let isSticky = environment.canary?.isSticky ?? false
            progress.edge.share = percent > 0 ? EdgeShare(percent: percent, isSticky: isSticky) : nil
            try await droplet.amendEdge(progress.edge)
        case .cutOver(let slot, let standby):
            try await beginCounting(before: step, of: plan, progress: &progress)
            progress.edge.serving = slot
            progress.edge.share = nil
            progress.edge.standbyIsArmed = standby
            let report = try await droplet.cutOver(progress.edge)
            progress.cutoverMicroseconds = report.microseconds
            return "\(report.microseconds) µs"
        case .verify(let slot, _):
            return try await verify(slot, plan: plan, step: step, progress: &progress)
        case .watch(let slot, _, let duration):
            return try await watch(slot, for: duration, plan: plan, step: step, progress: &progress)
        case .drain(let slot, let limit):
            let report = try await droplet.drain(slot, within: limit)
            return report.closed == 0 ? "" : "\(report.closed) connections were closed at the limit"
        case .prune(let releases):
            try await droplet.remove(releases)
        case .record:
            let record = RolloutRecord(
                action: plan.action, release: plan.release.id, before: plan.before, result: .succeeded, actor: actor,
                milliseconds: start.duration(to: clock.now).milliseconds)
            try await droplet.record(record)
        }
        return ""
    }

    /// Waits for the gate: containers, the edge's checks, and probes through the preview.
    private func waitUntilHealthy(
        _ slot: Slot, plan: Plan, step: Step, progress: inout Progress
    ) async throws -> String {
        let policy = environment.health
        var gate = HealthGate(release: plan.release, routes: progress.edge.routes, policy: policy)
        let deadline = clock.now.advanced(by: policy.deadline)
        var known: SlotHealth?
        var waiting = ""
        while true {
            try Task.checkCancellation()
            var isAnswered = false
            // Probes count from the first check on that was answered, and not only once all else is settled.
            if known != nil, gate.awaitsProbesAlone || gate.answersChecks {
                let hosts = gate.targets.keys.sorted()
                let results = try await probe(hosts, targets: gate.targets, path: .preview(slot))
                for result in results { gate.observe(result) }
                progress.probes = gate.failedProbes
                if gate.verdict == .passed {
                    return "\(policy.successes) probes in a row on \(hosts.list)"
                }
                isAnswered = results.allSatisfy(\.isSuccess)
            }
            if isAnswered, gate.awaitsProbesAlone {
                try await clock.sleep(for: policy.interval)
            } else {
                // Returns at once when something changes; the next probe is due after a pause.
                let patience = isAnswered || gate.awaitsProbesAlone ? policy.interval : .seconds(1)
                let health = try await droplet.health(of: slot, after: known, within: known == nil ? .zero : patience)
                known = health
                gate.observe(health)
            }
            switch gate.verdict {
            case .passed:
                return "healthy"
            case .failed:
                // A container that was restarted meanwhile does not say how it ended; the next time that it ends it does.
                if gate.lacksExitStatus {
                    gate.observe(try await droplet.health(of: slot, after: known, within: .seconds(1)))
                }
                progress.health = gate.lastHealth
                throw DeployError(
                    .unhealthy, "release \(plan.release.id) is not healthy: \(gate.failure ?? "a container ended")")
            case .waiting(let reason):
                if clock.now >= deadline {
                    progress.health = gate.lastHealth
                    throw DeployError(
                        .unhealthy,
                        "release \(plan.release.id) was not healthy after \(policy.deadline.inWords): \(reason)")
                }
                if reason != waiting { await observer.observe(.progressed(step, reason)) }
                waiting = reason
            }
        }
    }

    /// Probes every route under its public name until each has answered from the new slot often enough in a row.
    private func verify(
        _ slot: Slot, plan: Plan, step: Step, progress: inout Progress
    ) async throws -> String {
        let policy = environment.health
        let targets = HealthGate(release: plan.release, routes: progress.edge.routes, policy: policy).targets
        let deadline = clock.now.advanced(by: policy.verifyDeadline)
        var streaks: [String: Int] = [:]
        while true {
            var failed: [ProbeResult] = []
            for result in try await probe(targets.keys.sorted(), targets: targets, path: .public) {
                let isNew = result.slot == nil || result.slot == slot
                streaks[result.host] = result.isSuccess && isNew ? (streaks[result.host] ?? 0) + 1 : 0
                if !result.isSuccess || !isNew { failed.append(result) }
            }
            progress.probes = failed
            if targets.keys.allSatisfy({ (streaks[$0] ?? 0) >= policy.successes }) {
                return "\(policy.successes) probes in a row on \(targets.keys.sorted().list)"
            }
            if clock.now >= deadline {
                throw DeployError(
                    .rolledBack,
                    "release \(plan.release.id) does not answer under its public names: "
                        + failed.map(\.summary).joined(separator: "; "))
            }
            if let first = failed.first {
                await observer.observe(.progressed(step, first.summary))
                try await clock.sleep(for: policy.interval)
            }
        }
    }

    /// Probes several hosts at once.
    func probe(
        _ hosts: [String], targets: [String: String], path: Probe.Path, timeout: Duration? = nil
    ) async throws -> [ProbeResult] {
        let timeout = timeout ?? environment.health.timeout
        return try await withThrowingTaskGroup(of: ProbeResult.self) { group in
            for host in hosts {
                let probe = Probe(host: host, target: targets[host] ?? "/", path: path, timeout: timeout)
                group.addTask { try await droplet.probe(probe) }
            }
            var results: [ProbeResult] = []
            for try await result in group { results.append(result) }
            return results.sorted { $0.host < $1.host }
        }
    }
}
