/// How much of the past stays on the droplet.
public struct RetentionPolicy: Sendable, Hashable, Codable {
    /// How many releases are kept besides the one that serves and the one on standby; 3 by default.
    public var releases: Int
    /// The free disk space below which a deploy is refused, in bytes; 1 GiB by default.
    public var minimumFreeDisk: Int
    /// The memory that stays free beside both slots, in bytes; 128 MiB by default.
    public var memoryReserve: Int

    /// Makes a policy.
    public init(
        releases: Int = 3,
        minimumFreeDisk: Int = 1 << 30,
        memoryReserve: Int = 128 << 20
    ) {
        self.releases = releases
        self.minimumFreeDisk = minimumFreeDisk
        self.memoryReserve = memoryReserve
    }
}
