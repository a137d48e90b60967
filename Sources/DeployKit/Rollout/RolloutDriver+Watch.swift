extension RolloutDriver {
    /// Reads how things are just before a change that lets requests reach the release, if it is watched after that.
    func beginCounting(before step: Step, of plan: Plan, progress: inout Progress) async throws {
        switch step {
        case .shift(plan.slot, _), .cutOver(plan.slot, _): break
        default: return
        }
        guard let index = plan.steps.firstIndex(of: step),
            plan.steps[index...].contains(where: { if case .watch(plan.slot, _, _) = $0 { true } else { false } })
        else { return }
        let baseline = try await droplet.sample(plan.slot, after: nil, within: .zero)
        progress.baseline = baseline
        progress.counterBefore?.observe(baseline.counters)
        progress.counter = progress.counter ?? TrafficCounter(plan.slot, from: baseline.counters)
    }

    /// Watches a release for a time, and throws as soon as something speaks against it.
    func watch(
        _ slot: Slot, for duration: Duration, plan: Plan, step: Step, progress: inout Progress
    ) async throws -> String {
        let start = clock.now
        let end = start.advanced(by: duration)
        // In a canary the routes lead to the release before: the new one is asked directly, and has to be asked enough.
        let isCanary = progress.edge.serving != slot
        let needed = isCanary ? environment.canary?.minimumRequests ?? 0 : 0
        let path: Probe.Path = isCanary ? .preview(slot) : .public
        let first: WatchSample
        if let baseline = progress.baseline {
            first = baseline
        } else {
            first = try await droplet.sample(slot, after: nil, within: .zero)
        }
        progress.baseline = nil
        progress.counter = progress.counter ?? TrafficCounter(slot, from: first.counters)
        let policy = environment.watch
        var watch = Watch(
            plan.release, in: slot, policy: policy, patience: environment.health.successes, since: first)
        watch.counterBefore = progress.counterBefore
        let targets = HealthGate(
            release: plan.release, routes: progress.edge.routes, policy: environment.health
        ).targets
        var known: WatchSample?
        while true {
            try Task.checkCancellation()
            let left = clock.now.duration(to: end)
            let patience = left > .zero ? min(policy.interval, left) : policy.interval
            let sample = try await droplet.sample(slot, after: known, within: known == nil ? .zero : patience)
            known = sample
            watch.observe(sample)
            progress.counter?.observe(sample.counters)
            progress.counterBefore?.observe(sample.counters)
            if case .watching = watch.verdict {
                // Short, so that a probe which is held does not hide that a server went down.
                let timeout = min(environment.health.timeout, .seconds(2))
                for result in try await probe(targets.keys.sorted(), targets: targets, path: path, timeout: timeout) {
                    watch.observe(result)
                }
            }
            progress.probes = watch.failedProbes
            if case .failed(let reason) = watch.verdict {
                progress.health = watch.lastHealth
                throw DeployError(
                    .rolledBack, "release \(plan.release.id) was found wanting while it was watched: \(reason)")
            }
            let isEnough = watch.traffic.total.answered >= needed || clock.now >= start.advanced(by: duration * 4)
            if clock.now >= end, isEnough { return watch.traffic.summary }
            await observer.observe(.progressed(step, watch.traffic.summary))
        }
    }

    /// Counts what the release answered to the end.
    func count(_ plan: Plan, _ progress: inout Progress) async {
        guard progress.counter != nil else { return }
        let last = try? await withoutCancellation { try await droplet.sample(plan.slot, after: nil, within: .zero) }
        if let last { progress.counter?.observe(last.counters) }
    }
}
