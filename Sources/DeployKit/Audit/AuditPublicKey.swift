internal import COpenSSL
internal import FoundationEssentials

/// The key that tells whether a record of an audit trail was signed with its ``AuditKey``; no secret.
public struct AuditPublicKey: Sendable, Hashable, CustomStringConvertible {
    /// The 32 bytes of an Ed25519 public key.
    let bytes: [UInt8]

    /// Reads the base64 of 32 bytes; nil for anything else.
    public init?(_ text: String) {
        guard let data = Data(base64Encoded: text), data.count == 32 else { return nil }
        self.bytes = Array(data)
    }

    /// Makes a key of 32 known bytes.
    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The base64 of its bytes.
    public var description: String { Data(bytes).base64EncodedString() }

    /// Whether a signature of 64 bytes was made over exactly these bytes with the private part of this key.
    package func verifies(_ signature: [UInt8], of message: some Collection<UInt8>) -> Bool {
        let message = Array(message)
        guard let key = deploykit_ed25519_public(bytes) else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
