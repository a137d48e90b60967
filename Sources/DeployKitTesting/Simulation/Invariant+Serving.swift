import DeployKit

extension Invariant {
    /// What holds of the routes, whatever changes.
    static let serving = [
        Invariant("1 every route is answered") { moment in
            guard case .change = moment.occasion, let sample = moment.scope.timeline.samples.last else { return nil }
            for host in moment.history.answered.sorted() {
                if let loss = moment.scope.loss(of: sample.answers[host], at: host) { return loss }
            }
            return nil
        },
        Invariant("1 a restarted edge answers too") { moment in
            let scope = moment.scope
            guard let slot = scope.edge.told?.serving, !scope.edge.hosts.isEmpty else { return nil }
            let reason =
                scope.unfitness(of: slot, after: moment.history.served)
                ?? scope.stoppedWeb(in: slot).map { "\($0) was stopped" }
            return reason.map { "the map on disk leads to \(slot.rawValue): \($0)" }
        },
        Invariant("2 all routes are on one release") { moment in
            let scope = moment.scope
            let slots = Set(scope.edge.hosts.values)
            if slots.count > 1 { return "the routes lead to both slots" }
            guard let sample = scope.timeline.samples.last, !scope.isSettling else { return nil }
            let releases = Set(sample.answers.values.compactMap(\.release)).sorted()
            return releases.count > 1 ? "\(releases.map(\.rawValue).joined(separator: " and ")) answer at once" : nil
        },
        Invariant("3 only a proven release serves") { moment in
            guard moment.history.hasMoved, let slot = moment.history.serving else { return nil }
            let reason = moment.scope.unfitness(of: slot, after: moment.history.served)
            return reason.map { "the routes moved to \(slot.rawValue): \($0)" }
        },
        Invariant("3 only a proven release gets a share") { moment in
            let scope = moment.scope
            guard let share = scope.edge.share, share.percent > 0, let slot = moment.history.serving?.other else {
                return nil
            }
            let reason =
                scope.unfitness(of: slot, after: moment.history.served)
                ?? scope.stoppedWeb(in: slot).map { "\($0) was stopped" }
            return reason.map { "\(share.percent) % go to \(slot.rawValue): \($0)" }
        },
        Invariant("3 only a release that served stands by") { moment in
            let scope = moment.scope
            guard let serving = moment.history.serving, scope.edge.armed == serving else { return nil }
            let unproven = scope.containers.filter { container in
                container.slot == serving.other && !(container.release.map(moment.history.served.contains) ?? true)
            }
            return unproven.first.flatMap(\.release).map { "release \($0) stands by and has never served" }
        },
    ]
}

extension FakeScope {
    /// Why a request is lost that only a command can have lost; nil when it is answered, or an accident is why not.
    fileprivate func loss(of answer: FakeAnswer?, at host: String) -> String? {
        if case .answered(_, _, let status)? = answer, status < 500 { return nil }
        guard let slot = edge.hosts[host], let service = edge.services[host] else { return "\(host) has no route" }
        let own = containers.filter { $0.slot == slot && $0.service.name == service }
        if own.isEmpty { return "\(host) leads to \(slot.rawValue), where \(service) has no container" }
        if own.contains(where: { !$0.isRunning && !$0.isHurt }) {
            return "\(host) leads to \(slot.rawValue), where \(service) was stopped"
        }
        return isSettling ? nil : "\(host) is not answered: \(answer.map { "\($0)" } ?? "no answer")"
    }

    /// A web service of a slot that a command stopped.
    fileprivate func stoppedWeb(in slot: Slot) -> String? {
        containers.first { $0.slot == slot && $0.service.kind == .web && !$0.isRunning && !$0.isHurt }?.service.name
    }
}
