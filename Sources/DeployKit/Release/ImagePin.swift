/// The image of a service, fixed by its content.
public struct ImagePin: Sendable, Hashable, Codable {
    /// The name in the Compose file, or the one that Compose gives to what it builds: `bankflow-api`.
    public var name: String
    /// What the image is: its digest in the registry, or its identity in the runner's engine.
    public var digest: Digest

    /// Makes a pin.
    public init(name: String, digest: Digest) {
        self.name = name
        self.digest = digest
    }
}
