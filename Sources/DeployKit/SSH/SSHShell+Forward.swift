internal import Glibc

extension SSHShell {
    /// A Unix socket on this machine that leads to a port of the droplet's loopback, while the connection lasts.
    ///
    /// Asking again for the same port gives the same socket.
    ///
    /// - Parameter port: The port on the droplet's 127.0.0.1.
    /// - Returns: The path of the socket, which only this user can reach.
    /// - Throws: ``ShellError`` of code ``ShellError/Code/connectionLost``, or ``ShellError/Code/failed`` when the
    ///   droplet's SSH server does not allow it (`AllowTcpForwarding`).
    public func socket(forwardedTo port: Int) async throws -> String {
        try await forwards.socket(port) {
            let path = "\(line.directory)/\(port)"
            try await forward("\(path):127.0.0.1:\(port)")
            return path
        }
    }

    /// A port of this machine's loopback that leads to a port of the droplet's, while the connection lasts.
    ///
    /// Asking again for the same port gives the same one. Any user of this machine can connect to it.
    ///
    /// - Parameter port: The port on the droplet's 127.0.0.1.
    /// - Returns: The port on this machine's 127.0.0.1.
    /// - Throws: ``ShellError`` of code ``ShellError/Code/connectionLost``, or ``ShellError/Code/failed`` when the
    ///   droplet's SSH server does not allow it (`AllowTcpForwarding`).
    public func localPort(forwardedTo port: Int) async throws -> Int {
        try await forwards.port(port) {
            // Between finding a free port and its use somebody else may take it.
            for _ in 0..<4 {
                let own = try freePort()
                do {
                    try await forward("127.0.0.1:\(own):127.0.0.1:\(port)")
                    return own
                } catch let error as ShellError where error.code == .failed { continue }
            }
            let own = try freePort()
            try await forward("127.0.0.1:\(own):127.0.0.1:\(port)")
            return own
        }
    }

    private func forward(_ forwarding: String) async throws {
        let client = ChildProcess(arguments: line.control("forward", forwarding: forwarding), machine: machine)
        let result = try await client.collect(input: [], deadline: .seconds(30))
        guard !result.isSuccess else { return }
        if result.errorOutput.contains("Control socket connect(") {
            throw SSHFailure.lost(destination, evidence: log.words.lastLines(5))
        }
        throw ShellError(
            .failed,
            machine: machine,
            message: "\(forwarding) could not be forwarded",
            status: result.status,
            evidence: result.errorOutput.lastLines(5)
        )
    }

    private func freePort() throws(ShellError) -> Int {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else {
            throw ShellError(
                .notStarted, machine: "this machine", message: "no port is free: \(String(cString: strerror(errno)))")
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
