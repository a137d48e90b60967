import Testing

@testable import DeployKit

struct AuditKeyTests {
    struct Example: Sendable {
        let seed: String
        let publicKey: String
        let message: String
        let signature: String
    }

    /// The first two examples of RFC 8032, section 7.1.
    @Test(arguments: [
        Example(
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
            signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
                + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        Example(
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
            signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ])
    func `signs the published examples`(example: Example) throws {
        let key = try #require(AuditKey(seed: Secret(bytes: Self.bytes(example.seed))))
        let message = Self.bytes(example.message)
        #expect(key.publicKey.bytes == Self.bytes(example.publicKey))
        var signature = key.signature(of: message)
        #expect(signature == Self.bytes(example.signature))
        #expect(key.publicKey.verifies(signature, of: message))
        #expect(!key.publicKey.verifies(signature, of: message + [0]))
        signature[5] ^= 1
        #expect(!key.publicKey.verifies(signature, of: message))
    }

    @Test func `a new key is another one each time, and comes back from its text`() throws {
        let key = try AuditKey.generate()
        #expect(AuditKey(key.text)?.publicKey == key.publicKey)
        #expect(AuditKey(Secret(key.text.revealed + "\n"))?.publicKey == key.publicKey)
        #expect(try AuditKey.generate().publicKey != key.publicKey)
        #expect(AuditPublicKey(key.publicKey.description) == key.publicKey)
        let printed = "\(key)"
        #expect(!printed.contains(key.text.revealed))
    }

    @Test(arguments: ["", "short", "AAAA", "not base64 at all !", String(repeating: "A", count: 60)])
    func `what is no key is none`(text: String) {
        #expect(AuditKey(Secret(text)) == nil)
        #expect(AuditPublicKey(text) == nil)
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }
}
