internal import FoundationEssentials

/// A document that one job of a pipeline writes and another one trusts: JSON with a signature over its exact bytes.
///
/// Source: the Dead Simple Signing Envelope (DSSE) 1.0, as in-toto uses it.
public struct SignedEnvelope: Sendable, Hashable, Codable {
    /// What the payload is, as a media type.
    public var payloadType: String
    /// The document's bytes, in base64.
    public var payload: String
    /// Who vouches for it; none where it was not signed.
    public var signatures: [Signature]

    /// Somebody's word for a payload.
    public struct Signature: Sendable, Hashable, Codable {
        /// The public key, as a hint only.
        public var keyid: String
        /// The 64 bytes of the Ed25519 signature, in base64.
        public var sig: String
    }

    /// Wraps a document.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - type: What it is, as a media type.
    ///   - key: Signs it; nil leaves it unsigned.
    /// - Throws: What the document throws where it cannot be encoded.
    public init(_ document: some Encodable, type: String, key: AuditKey?) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(document))
        payloadType = type
        payload = Data(bytes).base64EncodedString()
        signatures = []
        if let key {
            let signature = key.signature(of: Self.signedBytes(type: type, payload: bytes))
            signatures = [
                Signature(keyid: key.publicKey.description, sig: Data(signature).base64EncodedString())
            ]
        }
    }

    /// Reads the document.
    ///
    /// - Parameters:
    ///   - document: What it has to be.
    ///   - type: The media type that it has to have.
    ///   - key: The key that it has to be signed with; nil asks for no signature.
    /// - Returns: The document.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` where it is something else, or is not signed with
    ///   the key.
    public func open<Document: Decodable>(
        _ document: Document.Type, type: String, signedBy key: AuditPublicKey?
    ) throws(DeployError) -> Document {
        guard payloadType == type, let bytes = Data(base64Encoded: payload) else {
            throw DeployError(
                .refused, "this is no document of type \(type): it says \(payloadType)", next: Self.advice)
        }
        if let key {
            let signed = Self.signedBytes(type: type, payload: Array(bytes))
            guard
                signatures.contains(where: {
                    Data(base64Encoded: $0.sig).map { key.verifies(Array($0), of: signed) } ?? false
                })
            else {
                let found = signatures.map(\.keyid).list
                throw DeployError(
                    .refused, "the document of type \(type) is not signed with the trusted key",
                    evidence: ["trusted: \(key)", "signed with: \(found.isEmpty ? "nothing" : found)"],
                    next: "Have it signed with that key, or set DEPLOYKIT_SIGNING_PUBLIC_KEY to the key that signed it."
                )
            }
        }
        do {
            return try JSONDecoder().decode(document, from: bytes)
        } catch {
            throw DeployError(
                .refused, "the document of type \(type) cannot be read: \(error)",
                next: "Have it written again, with the version of DeployKit that reads it.")
        }
    }

    fileprivate static let advice = "Name a file that build, gate or approve wrote, each where it belongs."

    /// What is signed: the pre-authentication encoding of DSSE.
    private static func signedBytes(type: String, payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}

extension SignedEnvelope {
    /// Reads an envelope from a file.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` which names the file.
    public static func read(_ path: String) throws(DeployError) -> SignedEnvelope {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw DeployError(
                .refused, "\(path) cannot be read", next: "Name a file that is there, and that this user can read.")
        }
        guard let envelope = try? JSONDecoder().decode(Self.self, from: data) else {
            throw DeployError(.refused, "\(path) is no signed document", next: advice)
        }
        return envelope
    }

    /// Writes the envelope to a file, whole or not at all.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` which names the file.
    public func write(to path: String) throws(DeployError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try encoder.encode(self).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw DeployError(
                .refused, "\(path) cannot be written", evidence: ["\(error)"],
                next: "Name another file, or free space on this machine.")
        }
    }
}
