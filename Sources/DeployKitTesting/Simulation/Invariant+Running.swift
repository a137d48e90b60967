import DeployKit

extension Invariant {
    /// What holds of containers, stores, jobs and the lease, whatever changes.
    static let running = [
        Invariant("3 a worker that must be alone is") { moment in
            let running = moment.scope.containers.filter {
                $0.isRunning && $0.service.kind == .worker && $0.service.replacement == .stopFirst
            }
            let twice = Dictionary(grouping: running, by: \.service.name)
                .filter { Set($0.value.compactMap(\.slot)).count > 1 }
            return twice.keys.min().map { "\($0) runs in both slots" }
        },
        Invariant("4 only the lease's owner changes something") { moment in
            guard case .change(let cause) = moment.occasion, moment.scope.isEffect(cause) else { return nil }
            let scope = moment.scope
            guard scope.actingToken == scope.token else {
                return "“\(cause)” of owner \(scope.actingToken) took effect after owner \(scope.token) took the lease"
            }
            guard scope.lease?.token == scope.actingToken || scope.unaware.contains(scope.actingToken) else {
                return "“\(cause)” took effect after its owner had freed the lease"
            }
            return nil
        },
        Invariant("4 no lease outlives its owner") { moment in
            guard case .end(let end) = moment.occasion else { return nil }
            guard let lease = moment.scope.lease, lease.runner == end.runner else { return nil }
            return "\(end.command.action) ended and holds the lease"
        },
        Invariant("6 a job runs once") { moment in
            for (release, jobs) in moment.history.doneJobs {
                for (job, count) in jobs {
                    let now = moment.scope.jobStarts[release]?[job] ?? count
                    if now > count { return "\(job) of release \(release) ran again once it had ended well" }
                }
            }
            return nil
        },
        Invariant("6 a migration runs once") { moment in
            moment.scope.database.runs.filter { $0.value > 1 }.keys.min().map { "migration \($0) ran twice" }
        },
        Invariant("6 no release serves without its migrations") { moment in
            guard moment.history.hasMoved, let serving = moment.history.serving else { return nil }
            let wanted = moment.scope.release(in: serving).flatMap { moment.scope.staged[$0] }?.release.schema
            let applied = Set(moment.scope.database.applied.map(\.version))
            let missing = (wanted?.migrations ?? []).map(\.version).filter { !applied.contains($0) }
            return missing.first.map { "the routes moved, and migration \($0) is not there" }
        },
        Invariant("9 a store is never made again") { moment in
            for store in moment.scope.stores where moment.history.stores[store.name] != store.identity {
                return "\(store.name) is another container"
            }
            for (name, identity) in moment.history.stores {
                let isThere =
                    moment.scope.volumes[name] == identity
                    || moment.scope.stores.contains { $0.name == name && $0.identity == identity }
                if !isThere { return "\(name) is gone, or another one" }
            }
            return nil
        },
    ]
}

extension FakeScope {
    /// Whether something that was noted is an effect of a runner, and not an accident or the passing of time.
    fileprivate func isEffect(_ cause: String) -> Bool { effects.last?.description == cause }
}
