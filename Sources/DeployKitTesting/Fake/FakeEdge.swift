import DeployKit

/// The edge of one environment on a fake host: its files and its running process.
struct FakeEdge: Sendable {
    /// What is written on the disk, and comes up after a restart.
    var told: EdgeEnvironment?
    /// The slot that each host leads to, in the running process.
    var hosts: [String: Slot] = [:]
    /// What the running process loaded, as a cutover asks for it.
    var structure: Digest?
    /// The service that answers each host.
    var services: [String: String] = [:]
    /// The services that the running process knows, in each slot.
    var slots: [Slot: [EdgeService]] = [:]
    /// The slot for which the running process lets the other one answer.
    var armed: Slot?
    /// The share of the requests that goes to the slot that the routes do not lead to.
    var share: EdgeShare?
    /// Whether the public gets a page.
    var isInMaintenance = false
    /// How many requests drew a number, for a share.
    var draws = 0
    var servers: [Server] = []
    var sessions: [Session] = []
    /// Connections that were open when their container went.
    var brokenSessions = 0
    var reloads = 0
    /// What the running process has counted.
    var tallies: [Tally] = []

    /// HAProxy looks every 100 ms at what is down and needs two good checks: `downinter 100ms`, `rise 2`.
    static let timeToRise = Duration.milliseconds(200)
    /// Without traffic it looks every 500 ms, and needs two more bad checks 100 ms apart: `fastinter 100ms`, `fall 3`.
    static let timeToFall = Duration.milliseconds(700)

    /// A service in a slot.
    struct Place: Hashable {
        var slot: Slot?
        var service: String
    }

    /// One server, as the edge's checks find it.
    struct Server: Sendable {
        var place: Place
        var slot: Slot
        var replica: Int
        var isUp = false
        /// When it turns, unless its container turns back before; nil while the checks say what was said.
        var turnsAt: Duration?
        var check = "L4CON"
    }

    /// An open connection: a WebSocket, a long download.
    struct Session: Sendable {
        var place: Place
        /// When it ends by itself; nil for one that does not.
        var endsAt: Duration?
    }

    /// Turns the servers that are due.
    mutating func pass(_ now: Duration) {
        for index in servers.indices {
            guard let turnsAt = servers[index].turnsAt, turnsAt <= now else { continue }
            servers[index].isUp.toggle()
            servers[index].turnsAt = nil
        }
    }

    /// Looks at the containers, and decides which servers will turn.
    mutating func look(at containers: [FakeContainer], now: Duration) {
        for index in servers.indices {
            let server = servers[index]
            let container = containers.first { $0.isBehind(server) }
            let passes = container?.passesChecks ?? false
            servers[index].check = container?.check ?? "L4CON"
            if passes == server.isUp {
                servers[index].turnsAt = nil
            } else if server.turnsAt == nil {
                servers[index].turnsAt = now + (passes ? Self.timeToRise : Self.timeToFall)
            }
        }
    }

    /// Takes in what the edge is told, except where the routes lead.
    mutating func configure(_ edge: EdgeEnvironment) {
        let structure = EdgeConfiguration.structure(of: edge)
        if structure != self.structure {
            reloads += 1
            tallies = []
        }
        self.structure = structure
        told = edge
        told?.serving = hosts.values.first
        slots = edge.slots
        armed = told?.armedSlot
        let known = servers
        servers = slots.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { slot, services in
            services.flatMap { service in
                service.ports.indices.map { index in
                    let place = Place(slot: slot, service: service.name)
                    return known.first { $0.place == place && $0.replica == index + 1 }
                        ?? Server(place: place, slot: slot, replica: index + 1)
                }
            }
        }
    }

    /// Takes in what changes without a reload: the share and maintenance.
    mutating func amend(_ edge: EdgeEnvironment) {
        share = edge.share
        isInMaintenance = edge.maintenance != nil
        armed = edge.armedSlot
    }

    /// The slot that a request goes to, by the share, where the routes lead to another.
    mutating func choose(from serving: Slot) -> Slot {
        guard let share, share.percent > 0 else { return serving }
        draws += 1
        // Evenly spread: 37 has no factor in common with 100.
        return draws * 37 % 100 < share.percent ? serving.other : serving
    }

    func servers(of service: String, in slot: Slot) -> [Server] {
        servers.filter { $0.place == Place(slot: slot, service: service) }
    }

    /// Whether the edge finds a server of each service of a slot up; false for a slot without services.
    func isUp(_ slot: Slot) -> Bool {
        let services = slots[slot] ?? []
        return !services.isEmpty && services.allSatisfy { self.servers(of: $0.name, in: slot).contains(where: \.isUp) }
    }

    /// The slot that answers for the one that the routes lead to: the other, while this one lacks a service, the
    /// other has all up, and stands by.
    func answering(for slot: Slot) -> Slot {
        let names = Set((slots[slot] ?? []).map(\.name))
        let others = Set((slots[slot.other] ?? []).map(\.name))
        let takesOver = armed == slot && !isUp(slot) && isUp(slot.other) && names.isSubset(of: others)
        return takesOver ? slot.other : slot
    }
}

extension FakeContainer {
    func isBehind(_ server: FakeEdge.Server) -> Bool {
        slot == server.slot && service.name == server.place.service && replica == server.replica
    }
}
