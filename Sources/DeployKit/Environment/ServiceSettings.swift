/// What an environment says of a service beyond its Compose file.
public struct ServiceSettings: Sendable, Hashable, Codable {
    /// The kind, where the Compose file leaves it open or is read wrongly; nil lets the file decide.
    public var kind: ServiceKind?
    /// The port of a web service in its container; nil takes it from `ports` or `expose`.
    public var port: Int?
    /// How many containers run in a slot; nil takes `deploy.replicas` or `scale`, or 1.
    public var replicas: Int?
    /// The health path of a web service; nil takes the environment's ``HealthPolicy/path``.
    public var healthPath: String?
    /// In which order a worker is replaced; nil is start-first, and stop-first for a scheduler.
    public var replacement: Service.Replacement?

    /// Makes settings; what is left out comes from the Compose file.
    public init(
        kind: ServiceKind? = nil,
        port: Int? = nil,
        replicas: Int? = nil,
        healthPath: String? = nil,
        replacement: Service.Replacement? = nil
    ) {
        self.kind = kind
        self.port = port
        self.replicas = replicas
        self.healthPath = healthPath
        self.replacement = replacement
    }
}
