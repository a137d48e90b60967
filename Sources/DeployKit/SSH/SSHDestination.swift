/// Where an SSH server is, and who logs in.
public struct SSHDestination: Sendable, Hashable {
    /// The name or address.
    public var host: String
    /// The port; 22 by default.
    public var port: Int
    /// The user.
    public var user: String

    /// Makes a destination.
    public init(host: String, port: Int = 22, user: String) {
        self.host = host
        self.port = port
        self.user = user
    }

    /// The name of the host in `known_hosts`: `[host]:port` where the port is not 22.
    var knownHostsName: String { port == 22 ? host : "[\(host)]:\(port)" }
}

extension SSHDestination: CustomStringConvertible {
    /// `user@host`, and the port where it is not 22.
    public var description: String { port == 22 ? "\(user)@\(host)" : "\(user)@\(host):\(port)" }
}
