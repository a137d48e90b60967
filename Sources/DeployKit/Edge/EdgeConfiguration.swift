import FoundationEssentials

/// The edge's whole configuration, rendered from what each environment told it.
///
/// One folder holds it: `00-edge.cfg` and, for each environment, its backends (`50-<scope>.cfg`), its map of hosts
/// (`<scope>.map`) and the value that both follow from (`<scope>.json`). A new folder is staged, checked and put in
/// the place of the old one by one rename, so these never disagree.
public struct EdgeConfiguration: Sendable, Hashable {
    /// The environments, by scope.
    public let environments: [EdgeEnvironment]
    /// Whether there is a certificate to serve HTTPS with.
    public let hasCertificates: Bool
    /// Whether the public has to show a certificate of the authority in ``clientAuthority``, as Cloudflare does with
    /// authenticated origin pulls.
    public let hasClientAuthority: Bool

    /// Makes the configuration; nobody has to show a certificate by default.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` when two environments claim one host, scope or
    ///   port block, or when a name holds what would break a line of the configuration.
    public init(
        environments: [EdgeEnvironment], hasCertificates: Bool, hasClientAuthority: Bool = false
    ) throws {
        self.environments = environments.sorted { $0.scope < $1.scope }
        self.hasCertificates = hasCertificates
        self.hasClientAuthority = hasClientAuthority
        try validate()
    }

    /// The folder of configurations on a droplet; HAProxy is started with `-f <root>/current`.
    static let root = "/var/lib/deploykit/edge"
    /// The file of the authority that signs the certificate which Cloudflare shows to the droplet.
    static let clientAuthority = "/etc/haproxy/origin-pull.pem"
    /// The file of what is common to all environments; the first in the order in which HAProxy reads.
    static let commonFile = "00-edge.cfg"

    /// The file of an environment's backends.
    static func file(of scope: String) -> String { "50-\(scope).cfg" }
    /// The file of an environment's map.
    static func mapFile(of scope: String) -> String { "\(scope).map" }
    /// The file of the value that an environment's files follow from.
    static func descriptorFile(of scope: String) -> String { "\(scope).json" }
    /// What the running edge calls an environment's map.
    static func map(of scope: String, root: String) -> String { "\(root)/current/\(mapFile(of: scope))" }

    /// The configuration files, by name.
    public var files: [String: String] {
        var files = [Self.commonFile: commonText(structure: structure)]
        for environment in environments { files[Self.file(of: environment.scope)] = Self.text(of: environment) }
        return files
    }

    /// The digest of all that a reload is needed for: everything but whether the standby is armed.
    ///
    /// The configuration carries it as the variable `proc.edge`, so that the running edge can be asked what it loaded.
    var structure: Digest {
        let texts = environments.map { Self.structure(of: $0).hexadecimal }
        return SHA256.hash(Array(([commonText(structure: nil)] + texts).joined(separator: "\n").utf8))
    }

    /// The digest of what a reload is needed for in an environment; `proc.<scope>` in the running edge.
    package static func structure(of environment: EdgeEnvironment) -> Digest {
        var plain = environment
        plain.serving = nil
        plain.standbyIsArmed = false
        plain.share = nil
        plain.maintenance = nil
        return SHA256.hash(Array(backends(of: plain).utf8))
    }

    /// The variable that carries an environment's structure; hyphens are no part of such a name.
    static func variable(of scope: String) -> String { "proc.\(scope.map { $0 == "-" ? "_" : $0 }.asText)" }

    /// Which host leads to which backend, a line each; empty before the first cutover.
    public static func hosts(of environment: EdgeEnvironment) -> String {
        guard let slot = environment.serving else { return "" }
        return environment.routes.sorted { $0.host < $1.host }.map { route in
            "\(route.host) \(EdgeBackend(scope: environment.scope, slot: slot, service: route.service).name)\n"
        }.joined()
    }

    /// The value that an environment's files follow from, as one line of JSON.
    static func descriptor(of environment: EdgeEnvironment) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(environment), as: UTF8.self) + "\n"
    }
}

extension [Character] {
    fileprivate var asText: String { String(self) }
}
