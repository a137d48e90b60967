/// What a rollout did, as the droplet remembers it.
public struct RolloutRecord: Sendable, Hashable, Codable {
    /// What was asked for.
    public enum Action: String, Sendable, Hashable, Codable {
        /// A release was to be deployed.
        case deploy
        /// A release that served before was to serve again.
        case rollback
    }

    /// How it ended.
    public enum Result: String, Sendable, Hashable, Codable {
        /// The release serves.
        case succeeded
        /// It does not; what served before serves.
        case failed
    }

    /// What was asked for.
    public var action: Action
    /// The release that was to serve.
    public var release: Release.ID
    /// The release that served before, if any.
    public var before: Release.ID?
    /// How it ended.
    public var result: Result
    /// Who asked for it.
    public var actor: String
    /// When it ended, in seconds since 1970 by the droplet's clock; set by the droplet.
    public var at: Int
    /// How long it took, in milliseconds.
    public var milliseconds: Int
    /// Why it failed; empty otherwise.
    public var reason: String

    /// Makes a record.
    public init(
        action: Action,
        release: Release.ID,
        before: Release.ID?,
        result: Result,
        actor: String,
        at: Int = 0,
        milliseconds: Int,
        reason: String = ""
    ) {
        self.action = action
        self.release = release
        self.before = before
        self.result = result
        self.actor = actor
        self.at = at
        self.milliseconds = milliseconds
        self.reason = reason
    }
}
