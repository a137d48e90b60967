/// How images reach the droplet.
public enum ImageDelivery: Sendable, Hashable, Codable {
    /// The droplet pulls them, by digest, from the registry that the Compose file's image names lead to.
    case registry
    /// The runner sends the layers that the droplet lacks over the SSH connection, into a registry
    /// on the droplet's loopback that listens on `port` (5000 is the one of Debian's `docker-registry`).
    case overSSH(port: Int = 5000)
}
