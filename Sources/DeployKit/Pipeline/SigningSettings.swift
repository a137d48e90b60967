/// The keys with which the jobs of a pipeline vouch for what they hand on: gate records and release manifests.
public struct SigningSettings: Sendable {
    /// Signs; nil where this job only reads.
    public var key: AuditKey?
    /// Has to have signed what is read; that of ``key`` where nothing else is said.
    public var publicKey: AuditPublicKey?

    /// Makes settings.
    public init(key: AuditKey? = nil, publicKey: AuditPublicKey? = nil) {
        self.key = key
        self.publicKey = publicKey ?? key?.publicKey
    }

    /// Reads `DEPLOYKIT_SIGNING_KEY` and `DEPLOYKIT_SIGNING_PUBLIC_KEY`, both in the format of `audit keygen`.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` which names the variable that cannot be read.
    public init(from variables: [String: String]) throws(DeployError) {
        func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.init()
        if let text = value("DEPLOYKIT_SIGNING_KEY") {
            guard let key = AuditKey(Secret(text)) else { throw Self.unreadable("DEPLOYKIT_SIGNING_KEY") }
            self.init(key: key)
        }
        if let text = value("DEPLOYKIT_SIGNING_PUBLIC_KEY") {
            guard let key = AuditPublicKey(text) else { throw Self.unreadable("DEPLOYKIT_SIGNING_PUBLIC_KEY") }
            publicKey = key
        }
    }

    private static func unreadable(_ name: String) -> DeployError {
        DeployError(
            .refused, "\(name) is no key: it has to be the base64 of 32 bytes",
            next: "Make a pair with audit keygen.")
    }
}
