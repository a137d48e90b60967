/// What the running edge says of one environment.
public struct EdgeStatus: Sendable, Hashable, Codable {
    /// The slot that each host leads to, from the map of the running edge, never from a file.
    public var hosts: [String: Slot]
    /// The slot that each host would lead to after a restart, from the map on the droplet's disk.
    public var hostsOnDisk: [String: Slot]
    /// The servers of the environment's backends.
    public var servers: [EdgeServer]
    /// What it has counted of them since its worker started.
    public var counters: [EdgeCounters]
    /// How many of a hundred requests go to the slot that does not serve.
    public var share: Int
    /// Whether the public gets the page of a maintenance.
    public var isInMaintenance: Bool

    /// Makes a status.
    public init(
        hosts: [String: Slot] = [:],
        hostsOnDisk: [String: Slot] = [:],
        servers: [EdgeServer] = [],
        counters: [EdgeCounters] = [],
        share: Int = 0,
        isInMaintenance: Bool = false
    ) {
        self.hosts = hosts
        self.hostsOnDisk = hostsOnDisk
        self.servers = servers
        self.counters = counters
        self.share = share
        self.isInMaintenance = isInMaintenance
    }

    /// The slot that every host leads to; nil when there is none, or when hosts differ.
    public var serving: Slot? {
        let slots = Set(hosts.values)
        return slots.count == 1 ? slots.first : nil
    }

    /// The servers of a slot's own backends (not those that stand by in the other's).
    public func servers(of slot: Slot) -> [EdgeServer] {
        servers.filter { $0.backendSlot == slot && !$0.isBackup }
    }
}

/// One server of a backend, as the running edge sees it.
public struct EdgeServer: Sendable, Hashable, Codable {
    /// The service.
    public var service: String
    /// The slot that the backend belongs to.
    public var backendSlot: Slot
    /// The slot whose container the server is.
    public var slot: Slot
    /// Which of the replicas, from 1.
    public var replica: Int
    /// Whether it only answers when no server of the backend's own slot does.
    public var isBackup: Bool
    /// Whether the edge's checks find it up.
    public var isUp: Bool
    /// Whether it is kept out by configuration, as a standby that is not armed.
    public var isDisabled: Bool
    /// What the last check said: `L7OK/200 in 1ms`, `L4CON`.
    public var lastCheck: String
    /// The requests and tunnels that it is answering now.
    public var sessions: Int

    /// Makes the value.
    public init(
        service: String,
        backendSlot: Slot,
        slot: Slot,
        replica: Int = 1,
        isBackup: Bool = false,
        isUp: Bool,
        isDisabled: Bool = false,
        lastCheck: String = "",
        sessions: Int = 0
    ) {
        self.service = service
        self.backendSlot = backendSlot
        self.slot = slot
        self.replica = replica
        self.isBackup = isBackup
        self.isUp = isUp
        self.isDisabled = isDisabled
        self.lastCheck = lastCheck
        self.sessions = sessions
    }

    /// Whether it is the same server at another moment.
    func isSame(as other: EdgeServer) -> Bool {
        (service, backendSlot, slot, replica) == (other.service, other.backendSlot, other.slot, other.replica)
    }

    /// Whether no check has been made yet since the edge was reloaded, also for another environment: it may be well.
    var isUnchecked: Bool { lastCheck.isEmpty || lastCheck.hasPrefix("INI") }
}
