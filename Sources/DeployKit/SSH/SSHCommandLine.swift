/// The argument vectors of OpenSSH's client for one connection.
///
/// Nothing of the user's or the machine's own configuration counts: no file, no agent, no forwarding.
package struct SSHCommandLine: Sendable, Hashable {
    /// Where the connection goes.
    package var destination: SSHDestination
    /// The private directory with the control socket, the key and the known hosts.
    package var directory: String
    /// How long the connection may take to come about.
    package var connectTimeout: Duration

    /// Makes the vectors for a connection.
    package init(destination: SSHDestination, directory: String, connectTimeout: Duration) {
        self.destination = destination
        self.directory = directory
        self.connectTimeout = connectTimeout
    }

    /// What the master prints once the connection serves commands.
    static let readyLine = "deploykit-ready"

    /// The file with the key; it is removed once the connection is up.
    static let keyFile = "key"
    /// The file with the host keys; it is removed once the connection is up.
    static let knownHostsFile = "known_hosts"

    /// The socket over which the clients reach the master.
    var controlPath: String { "\(directory)/control" }

    /// The process that owns the connection.
    ///
    /// Its local command says when the connection is up, without a round trip. Its remote command reads this
    /// process's pipe: when this process dies, however it does, the connection ends with it.
    /// Its log says which keys were shown and offered, for the errors.
    package var master: [String] {
        common
            + options([
                ("ControlMaster", "yes"),
                ("ControlPersist", "no"),
                ("StrictHostKeyChecking", "yes"),
                ("UserKnownHostsFile", "\(directory)/\(Self.knownHostsFile)"),
                ("GlobalKnownHostsFile", "/dev/null"),
                ("UpdateHostKeys", "no"),
                ("IdentityFile", "\(directory)/\(Self.keyFile)"),
                ("IdentitiesOnly", "yes"),
                ("IdentityAgent", "none"),
                ("PreferredAuthentications", "publickey"),
                ("ForwardAgent", "no"),
                ("ForwardX11", "no"),
                ("ConnectTimeout", "\(connectTimeout.wholeSeconds)"),
                ("ConnectionAttempts", "1"),
                ("ServerAliveInterval", "5"),
                ("ServerAliveCountMax", "3"),
                ("PermitLocalCommand", "yes"),
                ("LocalCommand", "echo \(Self.readyLine)"),
                ("LogLevel", "DEBUG1"),
            ]) + target + ["cat >/dev/null"]
    }

    /// A command over the master's connection.
    ///
    /// `ProxyCommand=false`: a client whose master is gone would silently open a connection of its own.
    package func client(_ remote: String) -> [String] {
        common + options(clientOptions) + target + [remote]
    }

    /// A command of the master itself: `check`, or `forward` with what to forward.
    package func control(_ operation: String, forwarding: String? = nil) -> [String] {
        common + options(clientOptions) + ["-O", operation] + (forwarding.map { ["-L", $0] } ?? []) + target
    }

    /// The line that the droplet's shell runs for a command: it is killed there too, past its deadline.
    package static func remote(_ command: Command) -> String {
        "exec timeout -k 5 \(command.deadline.wholeSeconds) " + ShellQuoting.line(command.arguments)
    }

    /// The line that the droplet's shell runs for a command that has no deadline.
    package static func remoteWithoutDeadline(_ command: Command) -> String {
        "exec " + ShellQuoting.line(command.arguments)
    }

    private var common: [String] {
        ["ssh", "-F", "none", "-T", "-e", "none", "-S", controlPath, "-o", "BatchMode=yes"]
    }

    private var clientOptions: [(String, String)] {
        [("ControlMaster", "no"), ("ProxyCommand", "false"), ("LogLevel", "ERROR")]
    }

    private var target: [String] {
        ["-p", "\(destination.port)", "-l", destination.user, "--", destination.host]
    }

    private func options(_ options: [(String, String)]) -> [String] {
        options.flatMap { ["-o", "\($0.0)=\($0.1)"] }
    }
}

extension Duration {
    /// The duration in seconds, rounded up, at least 1.
    var wholeSeconds: Int64 { max(1, components.seconds + (components.attoseconds > 0 ? 1 : 0)) }
}
