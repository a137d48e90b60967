/// The name of a backend of the edge: a service in a slot of an environment, and what the backend is for.
///
/// Written `bankflow-staging:blue:api`. Neither a scope nor a service holds a colon, so no name is the beginning
/// of another environment's.
struct EdgeBackend: Sendable, Hashable {
    /// What a backend is for.
    enum Purpose: String, Sendable, Hashable, CaseIterable {
        /// Answers the public, with checks and the other slot as backup.
        case service = ""
        /// Answers probes, from this slot's containers alone.
        case preview
    }

    /// The environment's scope.
    var scope: String
    /// The slot.
    var slot: Slot
    /// The Compose service.
    var service: String
    /// What the backend is for.
    var purpose: Purpose = .service

    /// The name in the configuration, in maps and on the socket.
    var name: String {
        let name = "\(scope):\(slot.rawValue):\(service)"
        return purpose == .service ? name : "\(name):\(purpose.rawValue)"
    }

    /// The name of a server: the slot whose container it is, and which of its replicas, from 1.
    static func server(_ slot: Slot, _ replica: Int) -> String { "\(slot.rawValue)-\(replica)" }

    /// The name of the server that requests wait for while none is up: the slot's first, without a check.
    static func hold(_ slot: Slot) -> String { "\(slot.rawValue)-hold" }
}

extension EdgeBackend {
    /// Reads a name; nil for one of the edge's own backends.
    init?(name: some StringProtocol) {
        let parts = Substring(name).split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (3...4).contains(parts.count), let slot = Slot(rawValue: parts[1]) else { return nil }
        guard let purpose = parts.count == 3 ? .service : Purpose(rawValue: parts[3]) else { return nil }
        self.init(scope: parts[0], slot: slot, service: parts[2], purpose: purpose)
    }

    /// Reads the name of a server; nil for one of the edge's own.
    static func readServer(_ name: some StringProtocol) -> (slot: Slot, replica: Int)? {
        let parts = Substring(name).split(separator: "-")
        guard parts.count == 2, let slot = Slot(rawValue: String(parts[0])), let replica = Int(parts[1]) else {
            return nil
        }
        return (slot, replica)
    }
}
