import DeployKit

extension Invariant {
    /// What holds when a command has ended.
    static let commands = [
        Invariant("5 a sound command succeeds") { moment in
            guard case .end(let end) = moment.occasion, end.isUndisturbed, end.isSound, let error = end.error
            else { return nil }
            return "\(end.command.action) failed though nothing was wrong: \(DeployError(error).message)"
        },
        Invariant("5 a failure leaves nothing") { moment in
            // What is refused changes nothing, and mends nothing either.
            guard case .end(let end) = moment.occasion, end.isUndisturbed, let error = end.error,
                DeployError(error).code != .refused
            else { return nil }
            let scope = moment.scope
            let left = scope.containers.first { container in
                container.slot != moment.history.serving
                    && !(container.release.map(moment.history.served.contains) ?? true)
            }
            if let left { return "\(left.name) of release \(left.release.map { "\($0)" } ?? "none") is left" }
            let new = Set(scope.staged.keys).subtracting(end.releases).sorted()
            return new.first.map { "the files of release \($0) are left" }
        },
        Invariant("5 a command ends tidy") { moment in
            switch moment.occasion {
            case .end(let end) where end.isUndisturbed && end.error == nil && end.command.action.isRollout:
                moment.scope.untidiness(serving: moment.history.serving)
            case .settled: moment.scope.untidiness(serving: moment.history.serving)
            default: nil
            }
        },
        Invariant("5 the last command has its way") { moment in
            guard case .settled(let version) = moment.occasion else { return nil }
            let serving = moment.history.serving.flatMap(moment.scope.release(in:))
            let release = serving.flatMap { moment.scope.staged[$0] }?.release
            if release?.version == version { return nil }
            return "\(version) was deployed, and \(serving.map(\.rawValue) ?? "nothing") serves"
        },
        Invariant("7 what serves is recorded") { moment in
            let scope = moment.scope
            switch moment.occasion {
            case .end(let end) where end.error == nil && end.command.action.isRollout && end.isUndisturbed: break
            case .settled: break
            default: return nil
            }
            let serving = moment.history.serving.flatMap(scope.release(in:))
            let recorded = ReleaseHistory(scope.records).releases.last
            if serving == recorded { return nil }
            let (now, known) = (serving?.rawValue ?? "nothing", recorded?.rawValue ?? "nothing")
            return "\(now) serves, and the record says \(known)"
        },
        Invariant("7 the audit trail verifies") { moment in
            // Each run verifies it too, before it changes anything.
            guard case .settled = moment.occasion else { return nil }
            let verdict = AuditTrail(bytes: moment.scope.auditTrail).verify(AuditExpectation(scope: "app-test"))
            return verdict.problems.first.map { "\($0.message)" }
        },
        Invariant("7 every change is in the audit trail") { moment in
            guard case .settled = moment.occasion else { return nil }
            let trail = AuditTrail(bytes: moment.scope.auditTrail)
            let releases = Set(trail.entries.compactMap { $0.record?.before?.release?.rawValue })
            let unknown = moment.history.served.map(\.rawValue).filter { !releases.contains($0) }
            return unknown.min().map { "release \($0) served, and no record says so" }
        },
    ]
}

extension SimulatedCommand.Action {
    /// Whether it makes a release serve.
    fileprivate var isRollout: Bool {
        switch self {
        case .deploy, .rollBack: true
        case .prune, .maintain: false
        }
    }
}

extension FakeScope {
    /// What a command should have put in order; nil when all is.
    fileprivate func untidiness(serving: Slot?) -> String? {
        guard let serving, let release = release(in: serving), let known = staged[release]?.release else {
            return "no one release serves"
        }
        // A run may die before it records its own release; the next one names it as what it found.
        let recorded = Set(records.filter { $0.result == .succeeded }.map(\.release) + records.compactMap(\.before))
        let expected = Set(known.services.map(\.name))
        for container in containers {
            if container.slot == serving {
                if !expected.contains(container.service.name) { return "\(container.name) is not part of \(release)" }
                if container.service.kind != .job, !container.isRunning, !container.isHurt {
                    return "\(container.name), which serves, does not run"
                }
            } else {
                if container.service.kind == .worker, container.isRunning || container.isHurt {
                    return "\(container.name) works, and its release does not serve"
                }
                if !(container.release.map(recorded.contains) ?? false) {
                    return "\(container.name) of a release that never served is left"
                }
            }
        }
        if edge.told?.serving != serving { return "the map on disk does not lead to \(serving.rawValue)" }
        let limit = Scenario.retention.releases + 2
        if staged.count > limit { return "\(staged.count) releases are kept, and not \(limit)" }
        return nil
    }
}
