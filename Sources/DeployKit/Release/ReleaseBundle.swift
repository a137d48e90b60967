/// A release with all that the droplet needs to run it.
public struct ReleaseBundle: Sendable {
    /// The release.
    public var release: Release
    /// The Compose project as JSON, for each slot; environment values are names in it, not values.
    public var projects: [Slot: String]
    /// The environment values, as a POSIX shell file of `export NAME='value'`.
    public var environment: Secret
    /// The files that its containers mount, as a gzipped tar of paths below the project's folder; empty without any.
    ///
    /// What lies under `data/` is made where it is missing, and left alone where it is there.
    public var files: [UInt8]
    /// What each store is called in the slot's networks; a release may name a network that no release before had.
    public var attachments: [StoreAttachment]
    /// The commands that make the volumes that all releases share; each does nothing where its volume is there.
    public var volumes: [[String]]
    /// What its images are called on the droplet, as ``LeasedDroplet/fetch(_:)`` said; kept beside the release, so
    /// that ``DropletState/images`` can say it again.
    public var references: [Digest: String]

    /// Makes a bundle.
    public init(
        release: Release,
        projects: [Slot: String],
        environment: Secret,
        files: [UInt8] = [],
        attachments: [StoreAttachment] = [],
        volumes: [[String]] = [],
        references: [Digest: String] = [:]
    ) {
        self.release = release
        self.projects = projects
        self.environment = environment
        self.files = files
        self.attachments = attachments
        self.volumes = volumes
        self.references = references
    }
}

/// The stores of an environment, with all that the droplet needs to run them.
public struct StoresBundle: Sendable {
    /// The stores by name, in the order in which they start.
    public var services: [Service]
    /// The Compose project as JSON.
    public var project: String
    /// The environment values, as a POSIX shell file of `export NAME='value'`.
    public var environment: Secret
    /// The files that its containers mount, as a gzipped tar of paths below the project's folder; empty without any.
    ///
    /// What lies under `data/` is made where it is missing, and left alone where it is there.
    public var files: [UInt8]
    /// What each store is called in a slot's networks: its service name and its aliases.
    public var attachments: [StoreAttachment]
    /// A salted digest of each store's settings.
    public var digests: [String: String]
    /// The salt of the digests.
    public var salt: String

    /// Makes a bundle.
    public init(
        services: [Service],
        project: String,
        environment: Secret,
        files: [UInt8] = [],
        attachments: [StoreAttachment] = [],
        digests: [String: String] = [:],
        salt: String = ""
    ) {
        self.services = services
        self.project = project
        self.environment = environment
        self.files = files
        self.attachments = attachments
        self.digests = digests
        self.salt = salt
    }
}

/// A store in a network of a slot.
public struct StoreAttachment: Sendable, Hashable, Codable {
    /// The store's Compose service.
    public var service: String
    /// The network, by its name in the Compose file.
    public var network: String
    /// The names under which the store is found in it.
    public var aliases: [String]

    /// Makes an attachment.
    public init(service: String, network: String, aliases: [String]) {
        self.service = service
        self.network = network
        self.aliases = aliases
    }
}
