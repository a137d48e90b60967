/// What an environment asks of its audit trail.
public struct AuditPolicy: Sendable, Hashable, Codable {
    /// Whether every record has to be signed, so that nothing is changed without the key; false by default.
    public var requiresSignature: Bool
    /// The base64 of the public key that the trail is signed with; nil, the default, takes the run's.
    public var publicKey: String?

    /// Makes a policy.
    public init(requiresSignature: Bool = false, publicKey: String? = nil) {
        self.requiresSignature = requiresSignature
        self.publicKey = publicKey
    }
}
