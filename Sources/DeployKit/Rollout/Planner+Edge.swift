extension Planner {
    /// Whether the running edge knows other routes, or another policy, than the environment has.
    private var edgeDiffers: Bool {
        guard let edge = state.edge else { return false }
        return Set(edge.routes) != Set(environment.routes) || edge.policy != environment.edge
            || Set(state.edgeStatus.hosts.keys) != Set(environment.routes.map(\.host))
    }

    /// The steps that bring the environment's routes and policy to the edge, under a release that serves and stays.
    ///
    /// - Parameters:
    ///   - release: The release.
    ///   - slot: Its slot.
    ///   - steps: What is done before.
    /// - Returns: The steps; none when the edge knows them.
    func reconfiguration(under release: Release, in slot: Slot, after steps: [Step]) -> [Step] {
        guard edgeDiffers else { return [] }
        let standby = steps.compactMap { if case .cutOver(slot, let standby) = $0 { standby } else { nil } }.last
        let isArmed = standby ?? state.edge?.standbyIsArmed ?? false
        return [.configureEdge, .cutOver(slot, standby: isArmed), .verify(slot, release.id)]
    }

    /// Hosts that another environment on the droplet has already.
    func routeFindings() -> [Finding] {
        let hosts = Set(environment.routes.map(\.host))
        return state.neighbours.filter { $0.scope != environment.scope }.flatMap { neighbour in
            neighbour.routes.map(\.host).filter(hosts.contains).sorted().map { host in
                Finding(
                    .refusal, "routes.\(host)", "\(neighbour.scope) on the same droplet has this host already",
                    advice: "Give it to one of the two environments, and deploy the one that lets it go first.")
            }
        }
    }

    /// What the edge cannot do by itself while the release before stands by.
    func standbyFindings(of plan: Plan) -> [Finding] {
        let keepsStandby = plan.steps.contains { if case .cutOver(_, standby: true) = $0 { true } else { false } }
        let former = state.releases.first { $0.id == plan.before }
        let added = Set(plan.release.webServices.map(\.name)).subtracting(former?.webServices.map(\.name) ?? [])
        guard keepsStandby, let former, !added.isEmpty else { return [] }
        return [
            Finding(
                .note, "standby",
                "release \(former.id), which will stand by, has no \(added.sorted().list): should a service die, the edge "
                    + "cannot hand all routes over to it",
                advice: "The deploy after this one has a standby with all of them.")
        ]
    }

    /// The hosts that a release leaves without an answer, since it lacks their service.
    func hostLosses(to release: Release, routes: [Route]) -> [String] {
        let services = Set(release.webServices.map(\.name))
        return routes.filter { !services.contains($0.service) }.map {
            "\($0.host) is answered with 404: release \(release.id) has no \($0.service)"
        }
    }

    /// Why a request could be lost; that a worker stops loses none.
    func losses(former: Slot?, memory: MemoryForecast) -> [String] {
        var losses: [String] = []
        if former != nil, memory.verdict == .stopFirst {
            losses.append("the release that serves stops before the next one runs, for want of memory")
        }
        if former != nil, state.host.deviations.contains(where: { $0.message.hasPrefix("userland-proxy is on") }) {
            losses.append("userland-proxy is on: what reaches a container just when it ends is lost")
        }
        return losses + routeLosses()
    }

    /// The hosts that are answered now and are not in the environment any more.
    func routeLosses() -> [String] {
        let kept = Set(environment.routes.map(\.host))
        let gone = Set(state.edge?.routes.map(\.host) ?? []).union(state.edgeStatus.hosts.keys).subtracting(kept)
        return gone.isEmpty ? [] : ["not answered any more: \(gone.sorted().list)"]
    }
}
