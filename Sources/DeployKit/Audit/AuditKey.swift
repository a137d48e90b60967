internal import COpenSSL
internal import FoundationEssentials

/// The key that signs the audit trail of one environment: Ed25519, from the 32 bytes of its seed.
///
/// It never prints, and never reaches the droplet.
public struct AuditKey: Sendable {
    /// The key with which everybody can check what this one signed.
    public let publicKey: AuditPublicKey
    private let seed: Secret

    /// Reads the base64 of a seed of 32 bytes; nil for anything else.
    public init?(_ text: Secret) {
        let trimmed = text.revealed.filter { !$0.isWhitespace }
        guard let seed = Data(base64Encoded: trimmed) else { return nil }
        self.init(seed: Secret(bytes: Array(seed)))
    }

    /// Makes a key of a seed; nil unless it has 32 bytes.
    init?(seed: Secret) {
        guard seed.bytes.count == 32, let key = deploykit_ed25519_private(seed.bytes) else { return nil }
        defer { EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == 32 else { return nil }
        self.seed = seed
        self.publicKey = AuditPublicKey(bytes: bytes)
    }

    /// Makes a new key, of OpenSSL's random bytes.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` where the machine has no randomness.
    public static func generate() throws(DeployError) -> AuditKey {
        var seed = [UInt8](repeating: 0, count: 32)
        guard RAND_priv_bytes(&seed, 32) == 1, let key = AuditKey(seed: Secret(bytes: seed)) else {
            throw DeployError(
                .refused, "this machine has no random bytes for a key", next: "Run audit keygen on another machine.")
        }
        return key
    }

    /// The base64 of the seed, as ``init(_:)`` reads it.
    public var text: Secret { Secret(Data(seed.bytes).base64EncodedString()) }

    /// The 64 bytes of the signature over a message; the same ones each time.
    package func signature(of message: [UInt8]) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        let key = deploykit_ed25519_private(seed.bytes)
        let context = EVP_MD_CTX_new()
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(key)
        }
        // Fails only for want of memory: the seed made a key before.
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == 64
        else { fatalError("OpenSSL cannot sign") }
        return signature
    }
}
