/// A container of the application, as Docker sees it.
public struct ContainerStatus: Sendable, Hashable, Codable {
    /// What a container is doing.
    public enum State: String, Sendable, Hashable, Codable {
        /// Made and not yet started.
        case created
        /// Running.
        case running
        /// Between an end and the next start.
        case restarting
        /// Ended.
        case exited
        /// Held still by hand.
        case paused
        /// Being removed, or beyond repair.
        case dead
    }

    /// What its own health check says.
    public enum Health: String, Sendable, Hashable, Codable {
        /// It has no health check.
        case none
        /// The check has not succeeded yet.
        case starting
        /// The check succeeds.
        case healthy
        /// The check fails.
        case unhealthy
    }

    /// The container's name.
    public var name: String
    /// The Compose service.
    public var service: String
    /// The slot; nil for a store.
    public var slot: Slot?
    /// The release; nil for a store.
    public var release: Release.ID?
    /// What it is doing.
    public var state: State
    /// What its health check says.
    public var health: Health
    /// Its last exit status; 0 while it has not ended.
    public var exitStatus: Int
    /// How often Docker restarted it.
    public var restarts: Int
    /// Whether the kernel killed it for want of memory.
    public var ranOutOfMemory: Bool
    /// What its last health check printed.
    public var lastHealthOutput: String
    /// The memory that it takes now, in bytes; 0 where it is not known.
    public var memory: Int

    /// Makes a status.
    public init(
        name: String,
        service: String,
        slot: Slot?,
        release: Release.ID?,
        state: State,
        health: Health = .none,
        exitStatus: Int = 0,
        restarts: Int = 0,
        ranOutOfMemory: Bool = false,
        lastHealthOutput: String = "",
        memory: Int = 0
    ) {
        self.name = name
        self.service = service
        self.slot = slot
        self.release = release
        self.state = state
        self.health = health
        self.exitStatus = exitStatus
        self.restarts = restarts
        self.ranOutOfMemory = ranOutOfMemory
        self.lastHealthOutput = lastHealthOutput
        self.memory = memory
    }
}
