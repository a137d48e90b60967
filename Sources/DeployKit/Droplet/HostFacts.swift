/// What a droplet is: its programs, settings and room.
public struct HostFacts: Sendable, Hashable, Codable {
    /// The version of the Docker engine, as `26.1.5`; empty when Docker does not answer.
    public var docker: String
    /// The version of Docker Compose; empty when it is missing.
    public var compose: String
    /// The version of HAProxy; empty when it is missing or does not run.
    public var haproxy: String
    /// The settings that a droplet should have and this one has not, each with what to do about it.
    public var deviations: [Finding]
    /// Memory that programs could still take, in bytes.
    public var memoryAvailable: Int
    /// All memory, in bytes.
    public var memoryTotal: Int
    /// Free disk space where Docker keeps its data, in bytes.
    public var diskFree: Int
    /// All disk space there, in bytes.
    public var diskTotal: Int
    /// Whether the edge has a certificate to serve HTTPS with.
    public var hasCertificates: Bool

    /// Makes the facts.
    public init(
        docker: String,
        compose: String,
        haproxy: String,
        deviations: [Finding] = [],
        memoryAvailable: Int,
        memoryTotal: Int,
        diskFree: Int,
        diskTotal: Int,
        hasCertificates: Bool = false
    ) {
        self.docker = docker
        self.compose = compose
        self.haproxy = haproxy
        self.deviations = deviations
        self.memoryAvailable = memoryAvailable
        self.memoryTotal = memoryTotal
        self.diskFree = diskFree
        self.diskTotal = diskTotal
        self.hasCertificates = hasCertificates
    }
}
