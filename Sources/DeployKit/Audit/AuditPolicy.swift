/// What an environment asks of its audit trail.
public struct AuditPolicy: Sendable, Hashable, Codable {
    /// Whether every record has to be signed; then nothing is changed without the key. False by default.
    public var requiresSignature: Bool
    /// The base64 of the public key that signs; nil takes it from the run, or believes the run's private key.
    public var publicKey: String?

    /// Makes a policy.
    public init(requiresSignature: Bool = false, publicKey: String? = nil) {
        self.requiresSignature = requiresSignature
        self.publicKey = publicKey
    }
}
