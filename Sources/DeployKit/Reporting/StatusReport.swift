/// What is on a droplet, for a person and for a program.
public struct StatusReport: Sendable, Hashable, Codable {
    /// A slot and what it does.
    public struct SlotReport: Sendable, Hashable, Codable {
        /// The slot.
        public var slot: Slot
        /// What it does: `serving`, `answering for` the other, `standby`, `idle`.
        public var role: String
        /// The release in it.
        public var release: Release.ID?
        /// Its containers.
        public var containers: [ContainerReport]
    }

    /// A container and how it is.
    public struct ContainerReport: Sendable, Hashable, Codable {
        /// The Compose service.
        public var service: String
        /// What it does: `running`, `exited (3)`.
        public var state: String
        /// What its health check says; empty without one.
        public var health: String
        /// What the edge finds: `up`, `down`; empty for what has no route.
        public var edge: String
        /// The memory that it takes, in bytes.
        public var memory: Int
    }

    /// A host and what answers it.
    public struct HostReport: Sendable, Hashable, Codable {
        /// The host name.
        public var host: String
        /// The service.
        public var service: String
        /// The slot that answers.
        public var slot: Slot?
        /// The release that answers.
        public var release: Release.ID?
    }

    /// The environment's name on the droplet.
    public var scope: String
    /// The release that answers the public; nil before the first deploy.
    public var serving: Release.ID?
    /// In a sentence: what serves, and whether that is as it should be.
    public var summary: String
    /// The host names.
    public var hosts: [HostReport]
    /// How many of a hundred requests go to the slot that does not serve: a canary's; 0 without one.
    public var canaryPercent: Int
    /// Why the public gets a page with status 503, perhaps an empty text; nil without maintenance.
    public var maintenance: String?
    /// The slots.
    public var slots: [SlotReport]
    /// The stores.
    public var stores: [ContainerReport]
    /// The releases on the droplet.
    public var releases: [Release.ID]
    /// Free and all disk space, in bytes.
    public var diskFree: Int
    /// All disk space, in bytes.
    public var diskTotal: Int
    /// Memory that programs could still take, in bytes.
    public var memoryAvailable: Int
    /// All memory, in bytes.
    public var memoryTotal: Int
    /// The last rollout.
    public var lastRollout: RolloutRecord?
    /// Who holds the lease.
    public var leaseOwner: LeaseOwner?
    /// What a person should know.
    public var findings: [Finding]

    /// Makes the report of an environment from what was observed.
    public init(_ state: DropletState, environment: Environment) {
        let planner = Planner(environment: environment, state: state)
        let answering = planner.answering
        scope = environment.scope
        serving = answering.flatMap(state.release(in:))?.id
        hosts = environment.routes.map { route in
            let leads = state.edgeStatus.hosts[route.host] != nil
            return HostReport(
                host: route.host, service: route.service, slot: leads ? answering : nil,
                release: leads ? answering.flatMap(state.release(in:))?.id : nil)
        }
        canaryPercent = state.edgeStatus.share
        maintenance = state.edgeStatus.isInMaintenance ? state.edge?.maintenance?.reason ?? "" : nil
        slots = Slot.allCases.map { slot in
            SlotReport(
                slot: slot, role: Self.role(of: slot, answering: answering, state: state),
                release: state.release(in: slot)?.id,
                containers: state.containers(in: slot).map {
                    ContainerReport($0, servers: state.edgeStatus.servers(of: slot))
                }
            )
        }
        stores = state.stores.map { ContainerReport($0, servers: []) }
        releases = state.releases.map(\.id).sorted()
        diskFree = state.host.diskFree
        diskTotal = state.host.diskTotal
        memoryAvailable = state.host.memoryAvailable
        memoryTotal = state.host.memoryTotal
        lastRollout = state.records.last
        leaseOwner = state.leaseOwner
        findings = state.host.findings
        summary = Self.summary(serving: serving, answering: answering, state: state)
    }

    private static func role(of slot: Slot, answering: Slot?, state: DropletState) -> String {
        if slot == state.servingSlot { return slot == answering ? "serving" : "down" }
        if slot == answering { return "answering for \(slot.other.rawValue)" }
        if state.edgeStatus.share > 0 { return "canary, \(state.edgeStatus.share) % of the requests" }
        if state.edge?.standbyIsArmed == true, state.isReady(slot) { return "standby" }
        return state.containers(in: slot).isEmpty ? "idle" : "not serving"
    }

    private static func summary(serving: Release.ID?, answering: Slot?, state: DropletState) -> String {
        guard let answering else { return "nothing serves yet" }
        let name = serving.map { "release \($0)" } ?? "an unknown release"
        if answering != state.servingSlot {
            let dead = state.servingRelease.map { "release \($0.id)" } ?? "the release that served"
            return "\(dead) is down; its standby, \(name), answers. Settle it with rollback."
        }
        if !state.isReady(answering) { return "\(name) should serve and is not healthy" }
        return "\(name) serves"
    }
}

extension StatusReport.ContainerReport {
    /// Makes the report of a container, with what the edge finds of its service.
    init(_ container: ContainerStatus, servers: [EdgeServer]) {
        service = container.service
        state = container.state == .running ? "running" : "\(container.state.rawValue) (\(container.exitStatus))"
        health = container.health == .none ? "" : container.health.rawValue
        let own = servers.filter { $0.service == container.service }
        edge = own.isEmpty ? "" : (own.allSatisfy(\.isUp) ? "up" : "down")
        memory = container.memory
    }
}
