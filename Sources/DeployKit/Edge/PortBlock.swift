/// The loopback ports of one environment: a block of 500 between 20000 and 29999.
///
/// Outside the range from which the kernel takes ports for outgoing connections, where a health check of an idle
/// port has been seen to connect to itself. Blue begins at the block's start, green 240 further on; the edge's own
/// listeners have the end.
public struct PortBlock: Sendable, Hashable, Codable {
    /// The first port.
    public var first: Int

    /// How many ports a block has.
    public static let size = 500
    /// How many ports a slot has.
    public static let slotSize = 240
    /// The edge's listener for probes under the public names, in plain HTTP: the same rules as on port 80.
    public var probePort: Int { first + 497 }
    /// The edge's listener for probes under the public names, over TLS: the same rules as on port 443.
    public var secureProbePort: Int { first + 496 }
    /// The edge's listener that only the containers of a slot answer.
    public func previewPort(of slot: Slot) -> Int { first + (slot == .blue ? 498 : 499) }

    /// All ports that blocks are taken from.
    public static let range = 20000..<30000

    /// Makes the block that begins at a port.
    public init(first: Int) {
        self.first = first
    }

    /// The lowest block that none of the environments on the droplet has; nil when all are taken.
    public init?(beside neighbours: [EdgeEnvironment]) {
        let taken = Set(neighbours.map(\.firstPort))
        guard let free = stride(from: 20000, to: 30000, by: Self.size).first(where: { !taken.contains($0) }) else {
            return nil
        }
        self.init(first: free)
    }

    /// The ports of the replicas of each web service in a slot, by service; always the same for the same services.
    public func ports(for services: [Service], in slot: Slot) -> [String: [Int]] {
        var next = first + (slot == .blue ? 0 : Self.slotSize)
        var ports: [String: [Int]] = [:]
        for service in services.filter({ $0.kind == .web }).sorted(by: { $0.name < $1.name }) {
            ports[service.name] = Array(next..<(next + service.replicas))
            next += service.replicas
        }
        return ports
    }
}

extension EdgeService {
    /// The web services of a release in a slot, as the edge reaches them.
    static func services(of release: Release, in slot: Slot, block: PortBlock) -> [EdgeService] {
        let ports = block.ports(for: release.services, in: slot)
        return release.webServices.sorted { $0.name < $1.name }.map { service in
            EdgeService(name: service.name, healthPath: service.healthPath, ports: ports[service.name] ?? [])
        }
    }
}
