/// Where an application runs: staging or production, with its routes and its policies.
///
/// An environment is a value, written once in Swift. What differs from run to run (the droplet's address,
/// keys, secrets) comes from ``RuntimeSettings``.
public struct Environment: Sendable, Hashable, Codable {
    /// The application's name: lower-case letters, digits and hyphens; part of every name on the droplet.
    public var application: String
    /// The environment's name, as `staging`: lower-case letters, digits and hyphens.
    public var name: String
    /// The git branch that is deployed here.
    public var branch: String
    /// The host names and what answers them; never empty in a valid environment.
    public var routes: [Route]
    /// What is said of services beyond the Compose file, by service name.
    public var services: [String: ServiceSettings]
    /// When a release counts as healthy.
    public var health: HealthPolicy
    /// How a release is watched once it serves; not at all by default.
    public var watch: WatchPolicy
    /// Which shares of the requests a new release gets before all of them; all at once by default.
    public var canary: CanaryPolicy?
    /// How long a whole rollout may take until its release has proved itself; 5 minutes by default.
    ///
    /// Past it, the release is taken back.
    public var deadline: Duration
    /// What the edge does for this environment.
    public var edge: EdgePolicy
    /// How images reach the droplet.
    public var images: ImageDelivery
    /// How much of the past stays on the droplet.
    public var retention: RetentionPolicy
    /// What is asked of the audit trail.
    public var audit: AuditPolicy
    /// Who may change it, and whose word a deploy needs; everybody, and nobody's, by default.
    public var access: AccessPolicy
    /// How the schema of the database is changed; nil where releases see to that themselves.
    public var migrations: MigrationPolicy?
    /// The environment whose verified images are deployed here when the source is the same; nil where each release is
    /// built.
    public var promotesFrom: String?
    /// What is asked of a commit before it is deployed here; nothing by default.
    public var gates: GatePolicy

    /// Makes an environment.
    public init(
        application: String,
        name: String,
        branch: String,
        routes: [Route],
        services: [String: ServiceSettings] = [:],
        health: HealthPolicy = HealthPolicy(),
        watch: WatchPolicy = .none,
        canary: CanaryPolicy? = nil,
        deadline: Duration = .seconds(300),
        edge: EdgePolicy = EdgePolicy(),
        images: ImageDelivery = .overSSH,
        retention: RetentionPolicy = RetentionPolicy(),
        audit: AuditPolicy = AuditPolicy(),
        access: AccessPolicy = AccessPolicy(),
        migrations: MigrationPolicy? = nil,
        promotesFrom: String? = nil,
        gates: GatePolicy = GatePolicy()
    ) {
        self.application = application
        self.name = name
        self.branch = branch
        self.routes = routes
        self.services = services
        self.health = health
        self.watch = watch
        self.canary = canary
        self.deadline = deadline
        self.edge = edge
        self.images = images
        self.retention = retention
        self.audit = audit
        self.access = access
        self.migrations = migrations
        self.promotesFrom = promotesFrom
        self.gates = gates
    }

    /// The name that all of this environment's things on the droplet begin with, as `bankflow-staging`.
    public var scope: String { "\(application)-\(name)" }

    /// Whether it is the one that people use.
    public var isProduction: Bool { name == "production" }
}
