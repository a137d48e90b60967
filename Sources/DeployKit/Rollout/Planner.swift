/// Makes plans from what was observed: pure, without a clock, the same plan for the same state.
public struct Planner: Sendable {
    /// Where the release goes.
    public var environment: Environment
    /// What is on the droplet.
    public var state: DropletState
    /// What a person allows beyond the default.
    public var options: PlanOptions

    /// Makes a planner for an environment on a droplet.
    public init(environment: Environment, state: DropletState, options: PlanOptions = PlanOptions()) {
        self.environment = environment
        self.state = state
        self.options = options
    }

    /// The slot that answers now: the one that the routes lead to, or, when that one is down, its standby.
    var answering: Slot? {
        guard let serving = state.servingSlot else { return nil }
        let isArmed = state.routedEdge?.standbyIsArmed == true
        // As the edge decides: one replica of each service is enough, and who lacks a service of the other's takes nothing.
        let names = Set(state.webServices(in: serving))
        let hasFallenOver =
            isArmed && !state.isAnswering(serving) && state.isReady(serving.other)
            && names.isSubset(of: state.webServices(in: serving.other))
        return hasFallenOver ? serving.other : serving
    }

    /// The edge of the environment as it was told, or as it begins.
    ///
    /// It has the routes and the policy that the running edge knows: a cutover with others is refused. Those of the
    /// environment come with ``Step/prepareEdge(_:_:)`` or ``Step/configureEdge``.
    func currentEdge(findings: inout [Finding]) -> EdgeEnvironment {
        if let edge = state.routedEdge { return edge }
        guard let block = PortBlock(beside: state.neighbours) else {
            findings.append(
                Finding(
                    .refusal, "ports", "all port blocks between 20000 and 29999 are taken",
                    advice: "Remove an environment from this droplet, or use another one."
                )
            )
            return EdgeEnvironment(scope: environment.scope, routes: environment.routes, firstPort: 20000)
        }
        return EdgeEnvironment(
            scope: environment.scope,
            routes: environment.routes,
            firstPort: block.first,
            policy: environment.edge
        )
    }

    /// Services of a kind in a slot whose containers are in one of some states.
    func services(_ kinds: Set<ServiceKind>, in slot: Slot, that states: Set<ContainerStatus.State>) -> [String] {
        let containers = state.containers(in: slot).filter { states.contains($0.state) }
        let names = Set(containers.map(\.service))
        let services = state.release(in: slot)?.services ?? []
        return services.filter { kinds.contains($0.kind) && names.contains($0.name) }.map(\.name).sorted()
    }

    /// The services of a slot whose containers are in one of some states, of any kind but store, known or not.
    func running(in slot: Slot) -> Bool {
        state.containers(in: slot).contains { $0.state == .running || $0.state == .restarting }
    }

    /// What the droplet lacks for any change at all.
    func hostFindings() -> [Finding] {
        var findings = state.host.findings
        if state.host.diskFree < environment.retention.minimumFreeDisk {
            findings.append(
                Finding(
                    .refusal, "disk",
                    "only \(state.host.diskFree.inBytes) of \(state.host.diskTotal.inBytes) are free; "
                        + "a deploy needs \(environment.retention.minimumFreeDisk.inBytes)",
                    advice: "Free space with the command prune, or with docker system df and docker image rm."
                )
            )
        }
        return findings
    }

    /// The releases that are kept no longer once `release` serves.
    func surplus(serving release: Release.ID?, standby: Release.ID?) -> [Release.ID] {
        let kept = Set([release, standby].compactMap { $0 })
        let others = state.releases.map(\.id).filter { !kept.contains($0) }
        let order = state.history.releases
        let ranked = others.sorted { left, right in
            (order.lastIndex(of: left) ?? -1, left) > (order.lastIndex(of: right) ?? -1, right)
        }
        return Array(ranked.dropFirst(environment.retention.releases)).sorted()
    }
}

extension Int {
    /// A number of bytes as a person says it: `512 MiB`.
    package var inBytes: String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = self
        var rest = 0
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            rest = value % 1024 * 10 / 1024
            value /= 1024
            unit += 1
        }
        return value < 10 && unit > 0 ? "\(value).\(rest) \(units[unit])" : "\(value) \(units[unit])"
    }
}
