/// What it takes to get into a droplet.
public struct SSHSettings: Sendable, Hashable {
    /// The droplet.
    public var destination: SSHDestination
    /// The private key, without a passphrase.
    public var key: RuntimeSettings.SettingSource
    /// The droplet's host keys, in the format of `known_hosts`; no other key is ever accepted.
    public var knownHosts: RuntimeSettings.SettingSource
    /// How long the connection may take to come about; 10 s by default.
    public var connectTimeout: Duration

    /// Makes settings.
    public init(
        destination: SSHDestination,
        key: RuntimeSettings.SettingSource,
        knownHosts: RuntimeSettings.SettingSource,
        connectTimeout: Duration = .seconds(10)
    ) {
        self.destination = destination
        self.key = key
        self.knownHosts = knownHosts
        self.connectTimeout = connectTimeout
    }

    /// The settings of a run.
    public init(_ settings: RuntimeSettings) {
        self.init(
            destination: SSHDestination(host: settings.host, port: settings.port, user: settings.user),
            key: settings.key,
            knownHosts: settings.knownHosts
        )
    }
}
