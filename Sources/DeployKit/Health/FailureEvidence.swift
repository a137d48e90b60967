/// What is known of a failed release: all that is left of it.
public struct FailureEvidence: Sendable, Hashable, Codable {
    /// The last probe of each route that did not succeed.
    public var probes: [ProbeResult]
    /// The containers, with their exit statuses.
    public var containers: [ContainerStatus]
    /// What the edge's checks said of its servers.
    public var servers: [EdgeServer]
    /// The last lines that its containers printed.
    public var logs: [ContainerLog]

    /// Makes the evidence.
    public init(
        probes: [ProbeResult] = [],
        containers: [ContainerStatus] = [],
        servers: [EdgeServer] = [],
        logs: [ContainerLog] = []
    ) {
        self.probes = probes
        self.containers = containers
        self.servers = servers
        self.logs = logs
    }
}
