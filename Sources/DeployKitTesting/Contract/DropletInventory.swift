/// What an environment has on a droplet, each thing with a text that no other one ever has: what was removed and made
/// again has another.
public struct DropletInventory: Sendable, Hashable {
    /// The identity of each container of a release, by name.
    public var containers: [String: String]
    /// The identity of each container of a store, by name.
    public var stores: [String: String]
    /// The identity of each volume, by name: when it was made, for instance.
    public var volumes: [String: String]
    /// The networks of the slots, by name.
    public var networks: Set<String>

    /// Makes an inventory.
    public init(
        containers: [String: String] = [:],
        stores: [String: String] = [:],
        volumes: [String: String] = [:],
        networks: Set<String> = []
    ) {
        self.containers = containers
        self.stores = stores
        self.volumes = volumes
        self.networks = networks
    }
}
