/// A release that may be deployed: what it consists of, before it has a name on the droplet.
public struct ReleaseCandidate: Sendable {
    /// What it was built from: a git commit, or a version of the team's own.
    public var version: String
    /// All services of the application, stores included.
    public var services: [Service]
    /// The image of each service that is replaced.
    public var images: [String: ImagePin]
    /// The environment values of the services that are replaced, by `service.KEY`.
    public var environmentValues: [String: Secret]
    /// What the release consists of beside images and environment values: the rendered project and its files.
    public var content: [UInt8]
    /// The settings of each store, rendered, by service.
    public var storeSettings: [String: Secret]
    /// What the Compose file calls the image of each store; the droplet fetches it itself when it makes the store.
    public var storeImages: [String: String] = [:]
    /// The secrets that its services or its Compose file name; nothing that is shown has any of them.
    public var secrets: [Secret] = []
    /// What was found in the Compose file.
    public var findings: [Finding]
    /// The changes of the database's schema that it knows, by version; nil where the environment has no policy for them.
    public var migrations: [Migration]?
    /// Makes what the droplet needs of the release, from what its images are called there and from its ports.
    public var bundle: @Sendable (Release, _ references: [Digest: String], _ ports: PortBlock) throws -> ReleaseBundle
    /// Makes what the droplet needs of the stores.
    public var stores: @Sendable (_ digests: [String: String], _ salt: String) throws -> StoresBundle

    /// Makes a candidate.
    public init(
        version: String,
        services: [Service],
        images: [String: ImagePin],
        environmentValues: [String: Secret] = [:],
        content: [UInt8] = [],
        storeSettings: [String: Secret] = [:],
        findings: [Finding] = [],
        bundle: @escaping @Sendable (Release, [Digest: String], PortBlock) throws -> ReleaseBundle,
        stores: @escaping @Sendable ([String: String], String) throws -> StoresBundle
    ) {
        self.version = version
        self.services = services
        self.images = images
        self.environmentValues = environmentValues
        self.content = content
        self.storeSettings = storeSettings
        self.findings = findings
        self.bundle = bundle
        self.stores = stores
    }

    /// The stores among the services.
    public var storeServices: [Service] { services.filter { $0.kind == .store } }

    /// The services that a release replaces.
    public var releaseServices: [Service] { services.filter { $0.kind != .store } }
}
