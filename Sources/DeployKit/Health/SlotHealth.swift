/// How the containers of a slot are, and what the edge finds of them.
public struct SlotHealth: Sendable, Hashable, Codable {
    /// The slot's containers.
    public var containers: [ContainerStatus]
    /// The slot's servers in its own backends.
    public var servers: [EdgeServer]

    /// Makes a value.
    public init(containers: [ContainerStatus] = [], servers: [EdgeServer] = []) {
        self.containers = containers
        self.servers = servers
    }
}
