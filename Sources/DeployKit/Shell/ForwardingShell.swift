/// A shell that also leads to the ports on the loopback of its machine.
public protocol ForwardingShell: Shell {
    /// Where to connect to on this machine to reach a port on the loopback of the shell's machine.
    ///
    /// - Throws: ``ShellError`` when the connection is lost, or the machine does not allow it.
    func way(toLoopback port: Int) async throws -> HTTPRequest.ConnectTo
}

extension SSHShell: ForwardingShell {
    /// A socket that the connection forwards to the droplet's port.
    public func way(toLoopback port: Int) async throws -> HTTPRequest.ConnectTo {
        .socket(try await socket(forwardedTo: port))
    }
}

extension LocalShell: ForwardingShell {
    /// The port itself.
    public func way(toLoopback port: Int) async throws -> HTTPRequest.ConnectTo {
        .address(host: "127.0.0.1", port: port)
    }
}
