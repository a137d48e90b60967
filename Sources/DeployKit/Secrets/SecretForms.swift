import FoundationEssentials

/// The texts that give a secret away: itself, its lines, and what Base64 makes of them.
///
/// Escaped forms (JSON, percent-encoding, quotes of a shell) are not listed: ``SecretPattern`` reads them all.
enum SecretForms {
    /// Texts that are shorter would be found in ordinary words, and blank what a person has to read.
    static let minimumLength = 6
    /// At which widths programs break Base64: `base64` and MIME at 76, PEM at 64.
    private static let widths = [76, 64]

    /// All of them, each once.
    static func of(_ secret: Secret) -> Set<[UInt8]> {
        let whole = trimmed(secret.bytes[...])
        let texts = lines(of: secret).union([whole].filter { $0.count >= minimumLength })
        return texts.reduce(into: Set(texts)) { forms, text in
            forms.formUnion(base64(text))
            if let escaped = escapedBeyondASCII(text) { forms.insert(escaped) }
        }
    }

    /// The lines of a secret that are long enough to be found.
    static func lines(of secret: Secret) -> Set<[UInt8]> {
        // Certificates and keys are framed by lines that are the same in all of them.
        let lines = secret.bytes.split(separator: UInt8(ascii: "\n")).map(trimmed).filter {
            !$0.starts(with: Array("-----".utf8))
        }
        return Set(lines.filter { $0.count >= minimumLength })
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let white = Set(" \t\r\n".utf8)
        return Array(bytes.drop(while: white.contains).reversed().drop(while: white.contains).reversed())
    }

    /// The text within Base64, wherever in a longer text it began, in both alphabets, whole and broken into lines.
    private static func base64(_ text: [UInt8]) -> [[UInt8]] {
        var forms: [[UInt8]] = []
        for offset in 0..<3 {
            let encoded = Array(Data([UInt8](repeating: 0, count: offset) + text).base64EncodedString().utf8)
            // Left out is what depends on the bytes before and after: those bits belong to neighbours, too.
            let head = [0, 2, 3][offset]
            let tail = [0, 3, 2][(offset + text.count) % 3]
            let core = Array(encoded.dropFirst(head).dropLast(tail))
            forms.append(core)
            if offset == 0 { forms.append(encoded.filter { $0 != UInt8(ascii: "=") }) }
            if offset == 0, tail > 0 { forms.append(encoded) }
            for width in widths where offset == 0 && core.count > width {
                let lines = stride(from: 0, to: encoded.count, by: width).map {
                    Array(encoded[$0..<min($0 + width, encoded.count)])
                }
                forms += lines + [Array(lines.joined(separator: "\n".utf8))]
            }
        }
        forms = forms.filter { $0.count >= minimumLength }
        return forms + forms.map(urlSafe)
    }

    private static func urlSafe(_ text: [UInt8]) -> [UInt8] {
        text.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
    }

    /// The text as JSON that keeps to ASCII writes it; nil for one that is ASCII.
    private static func escapedBeyondASCII(_ text: [UInt8]) -> [UInt8]? {
        guard text.contains(where: { $0 >= 0x80 }) else { return nil }
        let units = String(decoding: text, as: UTF8.self).utf16
        return units.flatMap { unit -> [UInt8] in
            if unit < 0x80 { return [UInt8(unit)] }
            let digits = String(unit, radix: 16)
            return Array("\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8)
        }
    }
}
