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
    /// What the edge does for this environment.
    public var edge: EdgePolicy
    /// How images reach the droplet.
    public var images: ImageDelivery
    /// How much of the past stays on the droplet.
    public var retention: RetentionPolicy
    /// How the schema of the database is changed; nil where releases see to that themselves.
    public var migrations: MigrationPolicy?

    /// Makes an environment.
    public init(
        application: String,
        name: String,
        branch: String,
        routes: [Route],
        services: [String: ServiceSettings] = [:],
        health: HealthPolicy = HealthPolicy(),
        edge: EdgePolicy = EdgePolicy(),
        images: ImageDelivery = .overSSH,
        retention: RetentionPolicy = RetentionPolicy(),
        migrations: MigrationPolicy? = nil
    ) {
        self.application = application
        self.name = name
        self.branch = branch
        self.routes = routes
        self.services = services
        self.health = health
        self.edge = edge
        self.images = images
        self.retention = retention
        self.migrations = migrations
    }

    /// The name that all of this environment's things on the droplet begin with, as `bankflow-staging`.
    public var scope: String { "\(application)-\(name)" }
}
