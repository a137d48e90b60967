/// Who holds the lease of an environment, in words for the next one who wants it.
public struct LeaseOwner: Sendable, Hashable, Codable {
    /// The person or the machine: `GITHUB_ACTOR`, or user and host.
    public var actor: String
    /// What they do: `deploy a1b2c3d`.
    public var action: String
    /// The page of the run; empty outside of CI.
    public var runURL: String
    /// When it was taken, in seconds since 1970, by the droplet's clock; 0 until it is.
    public var since: Int

    /// Makes an owner.
    public init(actor: String, action: String, runURL: String = "", since: Int = 0) {
        self.actor = actor
        self.action = action
        self.runURL = runURL
        self.since = since
    }
}
