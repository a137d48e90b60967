/// What a connection forwards: each port of the droplet once as a socket and once as a port.
actor SSHForwards {
    private let turn = ConcurrencyLimit(1)
    private var sockets: [Int: String] = [:]
    private var ports: [Int: Int] = [:]

    /// The socket for a port of the droplet; made when it is asked for the first time.
    func socket(_ port: Int, _ make: () async throws -> String) async throws -> String {
        try await turn.run {
            if let path = sockets[port] { return path }
            let path = try await make()
            sockets[port] = path
            return path
        }
    }

    /// The local port for a port of the droplet; chosen when it is asked for the first time.
    func port(_ port: Int, _ make: () async throws -> Int) async throws -> Int {
        try await turn.run {
            if let own = ports[port] { return own }
            let own = try await make()
            ports[port] = own
            return own
        }
    }
}
