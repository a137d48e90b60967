/// A service of the application, as a deployment sees it.
public struct Service: Sendable, Hashable, Codable {
    /// The name in the Compose file.
    public var name: String
    /// What the service is to a deployment.
    public var kind: ServiceKind
    /// The port that a web service listens on in its container; nil for every other kind.
    public var port: Int?
    /// How many containers of it run in a slot; at least 1.
    public var replicas: Int
    /// The path that the edge and the gate ask, which answers 2xx when the service is healthy; web services only.
    public var healthPath: String
    /// Whether the Compose file (or its image) gives the container a health check.
    public var hasHealthCheck: Bool
    /// In which order a worker is replaced.
    public var replacement: Replacement
    /// The container memory that the Compose file limits it to, in bytes; nil without a limit.
    public var memoryLimit: Int?

    /// The order in which a worker of one release makes way for the next.
    public enum Replacement: String, Sendable, Hashable, Codable {
        /// The new one starts, is healthy, and then the old one stops.
        case startFirst
        /// The old one stops before the new one starts: never two at once.
        case stopFirst
    }

    /// Makes a service.
    public init(
        name: String,
        kind: ServiceKind,
        port: Int? = nil,
        replicas: Int = 1,
        healthPath: String = "/health",
        hasHealthCheck: Bool = false,
        replacement: Replacement = .startFirst,
        memoryLimit: Int? = nil
    ) {
        self.name = name
        self.kind = kind
        self.port = port
        self.replicas = replicas
        self.healthPath = healthPath
        self.hasHealthCheck = hasHealthCheck
        self.replacement = replacement
        self.memoryLimit = memoryLimit
    }
}
