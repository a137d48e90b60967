/// What the edge is told of one environment; its whole configuration follows from these values.
///
/// One is kept on the droplet for each environment, so that any run can render the edge for all of them.
public struct EdgeEnvironment: Sendable, Hashable, Codable {
    /// The environment's name on the droplet, as `bankflow-staging`.
    public var scope: String
    /// The host names and the services that answer them.
    public var routes: [Route]
    /// The first port of the environment's block between 20000 and 29999; a block has 500 ports.
    public var firstPort: Int
    /// The web services of the release in each slot, with the ports that they listen on.
    public var slots: [Slot: [EdgeService]]
    /// The slot that all routes lead to; nil before the first cutover.
    public var serving: Slot?
    /// Whether the slot that does not serve may answer what the serving one cannot.
    public var standbyIsArmed: Bool
    /// What the edge does for the environment.
    public var policy: EdgePolicy
    /// The share of the requests that goes to the slot that does not serve; nil without a canary.
    public var share: EdgeShare?
    /// What the public is told instead of the application's answers; nil without maintenance.
    public var maintenance: Maintenance?

    /// Makes the value.
    public init(
        scope: String,
        routes: [Route],
        firstPort: Int,
        slots: [Slot: [EdgeService]] = [:],
        serving: Slot? = nil,
        standbyIsArmed: Bool = false,
        policy: EdgePolicy = EdgePolicy(),
        share: EdgeShare? = nil,
        maintenance: Maintenance? = nil
    ) {
        self.scope = scope
        self.routes = routes
        self.firstPort = firstPort
        self.slots = slots
        self.serving = serving
        self.standbyIsArmed = standbyIsArmed
        self.policy = policy
        self.share = share
        self.maintenance = maintenance
    }
}

/// A web service in a slot, as the edge reaches it.
public struct EdgeService: Sendable, Hashable, Codable {
    /// The Compose service.
    public var name: String
    /// The path that the edge's checks ask.
    public var healthPath: String
    /// The loopback port of each replica.
    public var ports: [Int]

    /// Makes the value.
    public init(name: String, healthPath: String, ports: [Int]) {
        self.name = name
        self.healthPath = healthPath
        self.ports = ports
    }
}
