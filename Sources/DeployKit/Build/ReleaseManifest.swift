/// What a build made: the images of a release, from which source, by content.
///
/// One job writes it into a ``SignedEnvelope``, another deploys exactly these images, and an environment where they
/// served says so in it.
public struct ReleaseManifest: Sendable, Hashable, Codable {
    /// The media type of its envelope.
    public static let mediaType = "application/vnd.deploykit.release+json"

    /// The image of a service.
    public struct Image: Sendable, Hashable, Codable {
        /// Its name in the Compose file, or the one that Compose gives to what it builds.
        public var name: String
        /// What it is in a Docker engine.
        public var identity: Digest
        /// What it is in its registry; nil where it is in none.
        public var digest: Digest?

        /// Makes an image.
        public init(name: String, identity: Digest, digest: Digest? = nil) {
            self.name = name
            self.identity = identity
            self.digest = digest
        }
    }

    /// An environment's word that the images serve there.
    public struct Verification: Sendable, Hashable, Codable {
        /// The environment.
        public var environment: String
        /// When, in seconds since 1970.
        public var at: Int
        /// Who deployed them there.
        public var actor: String
        /// The page of the run; empty outside of GitHub Actions.
        public var runURL: String
    }

    /// The version of this format.
    public var schema = 1
    /// The application.
    public var application: String
    /// The version of the release; ends with ``dirtySuffix`` where the files were not those of the commit.
    public var version: String
    /// The commit that the images were built from.
    public var commit: String
    /// The hash of the commit's files.
    public var tree: String
    /// When they were built, in seconds since 1970.
    public var builtAt: Int
    /// Who built them.
    public var actor: String
    /// The page of the run; empty outside of GitHub Actions.
    public var runURL: String
    /// The image of each service that a release replaces.
    public var images: [String: Image]
    /// Where they have served.
    public var verifications: [Verification]
    /// How long the build took, in milliseconds; nil where nobody measured it.
    public var milliseconds: Int?

    /// Makes a manifest.
    public init(
        application: String, version: String, commit: String, tree: String, builtAt: Int, actor: String = "",
        runURL: String = "", images: [String: Image], verifications: [Verification] = []
    ) {
        self.application = application
        self.version = version
        self.commit = commit
        self.tree = tree
        self.builtAt = builtAt
        self.actor = actor
        self.runURL = runURL
        self.images = images
        self.verifications = verifications
    }

    /// Ends the version of what was built from files that no commit has.
    public static let dirtySuffix = "-dirty"

    /// Whether it was built from files that no commit has.
    public var isDirty: Bool { version.hasSuffix(Self.dirtySuffix) }

    /// What an environment says of these images; nil where they have not served there.
    public func verification(by environment: String) -> Verification? {
        verifications.last { $0.environment == environment }
    }

    /// Adds the word of an environment where the images serve now, in the place of what it said before.
    public mutating func verify(in environment: String, at time: Int, actor: String, runURL: String) {
        verifications.removeAll { $0.environment == environment }
        verifications.append(Verification(environment: environment, at: time, actor: actor, runURL: runURL))
    }
}
