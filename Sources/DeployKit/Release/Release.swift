/// What is deployed: an immutable set of images and settings under one name.
public struct Release: Sendable, Hashable, Codable, Identifiable {
    /// The name of a release: its version, with `-2`, `-3`, … where one version was deployed with other settings.
    public struct ID: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible, Comparable {
        /// The text: letters, digits, `.`, `_` and `-`, at most 64.
        public let rawValue: String

        /// Reads a name; nil for what is not one.
        public init?(rawValue: String) {
            guard (1...64).contains(rawValue.utf8.count), rawValue.first != ".", rawValue.first != "-",
                rawValue.utf8.allSatisfy({ byte in
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                        || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
                })
            else { return nil }
            self.rawValue = rawValue
        }

        /// Makes a name of a text that is known to be one.
        init(unchecked text: String) {
            self.rawValue = text
        }

        /// The text.
        public var description: String { rawValue }

        /// Orders by the text.
        public static func < (left: ID, right: ID) -> Bool { left.rawValue < right.rawValue }
    }

    /// The name.
    public var id: ID
    /// What it was built from: a git commit or a version of the team's own.
    public var version: String
    /// The services that it replaces: web, worker and job, by name.
    public var services: [Service]
    /// The image of each of them.
    public var images: [String: ImagePin]
    /// A salted digest of each environment value, by `service.KEY`: tells that a value changed, never what it is.
    public var environmentDigests: [String: String]
    /// A salted digest of all that makes the release what it is.
    public var fingerprint: String
    /// The random text in which the digests are salted.
    public var salt: String
    /// The schema that it was made for; nil where it has no migrations, or an older DeployKit wrote it.
    public var schema: ReleaseSchema?

    /// Makes a release.
    public init(
        id: ID,
        version: String,
        services: [Service],
        images: [String: ImagePin],
        environmentDigests: [String: String],
        fingerprint: String,
        salt: String,
        schema: ReleaseSchema? = nil
    ) {
        self.id = id
        self.version = version
        self.services = services
        self.images = images
        self.environmentDigests = environmentDigests
        self.fingerprint = fingerprint
        self.salt = salt
        self.schema = schema
    }

    /// Its web services, by name.
    public var webServices: [Service] { services.filter { $0.kind == .web } }

    /// Its workers, by name.
    public var workers: [Service] { services.filter { $0.kind == .worker } }

    /// Its jobs, by name.
    public var jobs: [Service] { services.filter { $0.kind == .job } }
}
