internal import COpenSSL

/// The checksum by which a file of a migration is known again: SHA-384 of its bytes, as sqlx records it.
enum MigrationChecksum {
    /// The 96 lower-case hexadecimal digits of a text's checksum.
    static func of(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: 48)
        // It fails only where the library has no SHA-384 at all; then no file is ever equal to an applied one.
        guard EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha384(), nil) == 1 else { return "" }
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
