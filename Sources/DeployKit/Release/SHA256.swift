internal import COpenSSL

/// The SHA-256 hash function of FIPS 180-4, by OpenSSL.
package enum SHA256 {
    /// The digest of some bytes.
    package static func hash(_ bytes: [UInt8]) -> Digest {
        var digest = [UInt8](repeating: 0, count: 32)
        // Fails only where OpenSSL itself cannot be used.
        guard EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil) == 1 else {
            fatalError("OpenSSL has no SHA-256")
        }
        return Digest(bytes: digest)
    }
}

/// The message authentication code of FIPS 198-1, by OpenSSL.
package enum HMAC {
    /// The code of a message under a key, with SHA-256.
    package static func sha256(key: [UInt8], message: [UInt8]) -> Digest {
        var code = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 32
        // OpenSSL takes no pointer to nothing for an empty key.
        let key = key.isEmpty ? [0] : key
        guard COpenSSL.HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &count) != nil else {
            fatalError("OpenSSL has no HMAC")
        }
        return Digest(bytes: code)
    }
}

extension Digest {
    /// Makes a digest of its 32 bytes.
    fileprivate init(bytes: [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        self.init(
            hexadecimal: String(
                decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self))
    }
}
