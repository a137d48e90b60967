/// How images reach the droplet.
public enum ImageDelivery: String, Sendable, Hashable, Codable {
    /// The droplet pulls them, by digest, from the registry that the Compose file's image names lead to.
    case registry
    /// The runner sends the layers that the droplet lacks over the SSH connection.
    case overSSH
}

extension ImageDelivery {
    /// Reads the value of `DEPLOYKIT_IMAGES`: `ssh` or `registry`; nil for anything else.
    package init?(setting: String) {
        switch setting {
        case "ssh": self = .overSSH
        case "registry": self = .registry
        default: return nil
        }
    }
}
