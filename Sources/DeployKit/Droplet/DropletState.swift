/// All that a plan follows from: what is on a droplet, read in one round trip.
public struct DropletState: Sendable, Hashable, Codable {
    /// The droplet itself.
    public var host: HostFacts
    /// Who holds the lease of the environment; nil when nobody does.
    public var leaseOwner: LeaseOwner?
    /// The containers of the stores.
    public var stores: [ContainerStatus]
    /// A salted digest of each store's rendered settings when it was made, by service.
    public var storeDigests: [String: String]
    /// The salt of those digests; empty before there is a store.
    public var storeSalt: String
    /// The containers of the releases in both slots.
    public var containers: [ContainerStatus]
    /// The releases whose files are on the droplet.
    public var releases: [Release]
    /// What the images that are on the droplet are called there.
    public var images: [Digest: String]
    /// What the edge was told of the environment; nil before the first deploy.
    public var edge: EdgeEnvironment?
    /// What the running edge says of the environment.
    public var edgeStatus: EdgeStatus
    /// What the edge was told of the other environments on the droplet.
    public var neighbours: [EdgeEnvironment]
    /// What the last rollouts did, the oldest first.
    public var records: [RolloutRecord]
    /// What the database says of its schema; nil where it does not answer, or nobody asked.
    public var schema: SchemaState?
    /// What is remembered of the migrations that rollouts were about to run, the oldest first.
    public var migrationRecords: [MigrationRecord] = []

    /// Makes a state.
    public init(
        host: HostFacts,
        leaseOwner: LeaseOwner? = nil,
        stores: [ContainerStatus] = [],
        storeDigests: [String: String] = [:],
        storeSalt: String = "",
        containers: [ContainerStatus] = [],
        releases: [Release] = [],
        images: [Digest: String] = [:],
        edge: EdgeEnvironment? = nil,
        edgeStatus: EdgeStatus = EdgeStatus(),
        neighbours: [EdgeEnvironment] = [],
        records: [RolloutRecord] = [],
        schema: SchemaState? = nil
    ) {
        self.host = host
        self.leaseOwner = leaseOwner
        self.stores = stores
        self.storeDigests = storeDigests
        self.storeSalt = storeSalt
        self.containers = containers
        self.releases = releases
        self.images = images
        self.edge = edge
        self.edgeStatus = edgeStatus
        self.neighbours = neighbours
        self.records = records
        self.schema = schema
    }

    /// The slot that all routes lead to, by the running edge's word.
    public var servingSlot: Slot? { edgeStatus.serving }

    /// The release in the slot that serves.
    public var servingRelease: Release? { servingSlot.flatMap(release(in:)) }

    /// The containers in a slot.
    public func containers(in slot: Slot) -> [ContainerStatus] {
        containers.filter { $0.slot == slot }
    }

    /// The release that runs in a slot; nil when the slot is empty or holds more than one.
    public func release(in slot: Slot) -> Release? {
        let names = Set(containers(in: slot).compactMap(\.release))
        guard names.count == 1, let name = names.first else { return nil }
        return releases.first { $0.id == name }
    }

    /// The releases that served, in the order in which a rollback goes back.
    public var history: ReleaseHistory { ReleaseHistory(records) }

    /// What the edge was told, with the routes where they really lead; nil before the first deploy.
    ///
    /// After half a cutover the disk is ahead of the routes: what is armed there stands by for the other slot, and may
    /// have proved nothing.
    var routedEdge: EdgeEnvironment? {
        guard var edge, edge.serving != servingSlot else { return edge }
        edge.serving = servingSlot
        edge.standbyIsArmed = false
        return edge
    }

    /// Whether a release has ever served, also one that was rolled back from: only such a release may stand by.
    public func hasServed(_ release: Release.ID) -> Bool {
        records.contains {
            // A run may have died between its cutover and its record: the next one found the release serving.
            $0.release == release ? $0.result == .succeeded : $0.before == release
        }
    }

    /// The web services of the release in a slot.
    func webServices(in slot: Slot) -> [String] { release(in: slot)?.webServices.map(\.name) ?? [] }

    /// Whether each web service of the release in a slot has a replica that answers, so that the edge leaves it its routes.
    func isAnswering(_ slot: Slot) -> Bool {
        let up = Set(edgeStatus.servers(of: slot).filter(\.isUp).map(\.service))
        let running = Set(containers(in: slot).filter { $0.state == .running }.map(\.service))
        let services = webServices(in: slot)
        return !services.isEmpty && services.allSatisfy { up.contains($0) && running.contains($0) }
    }

    /// Whether the release in a slot could answer at once: its web containers run and the edge finds them up.
    public func isReady(_ slot: Slot) -> Bool {
        guard let release = release(in: slot) else { return false }
        let servers = edgeStatus.servers(of: slot)
        // The edge takes some moments to find out that a container is gone, or another one in its place.
        let running = containers(in: slot).filter { $0.state == .running && $0.health != .starting }
        return release.webServices.allSatisfy { service in
            let own = servers.filter { $0.service == service.name }
            return own.count == service.replicas && own.allSatisfy(\.isUp)
                && running.filter { $0.service == service.name }.count >= service.replicas
        }
    }
}
