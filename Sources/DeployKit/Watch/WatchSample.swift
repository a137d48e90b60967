/// How a slot is at one moment, and what the edge has counted until then.
public struct WatchSample: Sendable, Hashable, Codable {
    /// The slot's containers and servers.
    public var health: SlotHealth
    /// What the edge has counted of the servers of both slots.
    public var counters: [EdgeCounters]

    /// Makes a sample.
    public init(health: SlotHealth = SlotHealth(), counters: [EdgeCounters] = []) {
        self.health = health
        self.counters = counters
    }
}
