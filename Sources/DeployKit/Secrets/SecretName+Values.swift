extension SecretName {
    /// The passwords in a value, as they are written there and as a program reads them, each once.
    static func passwords(in value: String) -> [String] {
        var found: [String] = []
        for text in passwords(inAddress: value) + passwords(inSettings: value) {
            for form in [text, text.percentDecoded] where !form.isEmpty && !found.contains(form) { found.append(form) }
        }
        return found
    }

    /// The passwords of the addresses in a text: `p` of `postgres://user:p@host/`, `t` of `https://t@host/`.
    ///
    /// A lone user is a token only where the web is asked: `postgres://bank@host/` names a user.
    private static func passwords(inAddress text: String) -> [String] {
        var found: [String] = []
        var rest = text.utf8[...]
        while let scheme = rest.firstRange(of: Array("://".utf8)) {
            let isWeb = ["http", "https"].contains { rest[..<scheme.lowerBound].ends(with: $0) }
            rest = rest[scheme.upperBound...]
            let authority = rest.prefix { !Self.endsAuthority.contains($0) }
            guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { continue }
            let user = authority[..<at]
            if let colon = user.firstIndex(of: UInt8(ascii: ":")) {
                found.append(String(decoding: user[user.index(after: colon)...], as: UTF8.self))
                // `https://token:x-oauth-basic@host`
                if isWeb { found.append(String(decoding: user[..<colon], as: UTF8.self)) }
            } else if isWeb {
                found.append(String(decoding: user, as: UTF8.self))
            }
        }
        return found
    }

    /// The passwords of `password=p`, as in `host=db password='p'`, `jdbc:…?user=u&password=p` and `Uid=u;Pwd=p`.
    private static func passwords(inSettings text: String) -> [String] {
        var found: [String] = []
        for key in ["password", "passwd", "pwd"] {
            var rest = text.utf8[...]
            while let match = rest.firstRange(of: Array(key.utf8)) {
                rest = rest[match.upperBound...].drop(while: Self.isBlank)
                guard rest.first == UInt8(ascii: "=") else { continue }
                rest = rest.dropFirst().drop(while: Self.isBlank)
                if let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
                    found.append(unquoted(rest.dropFirst(), quote: quote))
                } else {
                    // Which signs end it depends on the kind of text.
                    let word = rest.prefix { !Self.isBlank($0) }
                    found.append(String(decoding: word, as: UTF8.self))
                    found.append(String(decoding: word.prefix { !Self.endsSetting.contains($0) }, as: UTF8.self))
                }
            }
        }
        return found
    }

    /// A text up to its quote; a backslash lets the next sign stand for itself.
    private static func unquoted(_ text: Substring.UTF8View, quote: UInt8) -> String {
        var content: [UInt8] = []
        var rest = text
        while let byte = rest.first, byte != quote {
            rest = rest.dropFirst()
            guard byte == UInt8(ascii: "\\"), let next = rest.first else {
                content.append(byte)
                continue
            }
            content.append(next)
            rest = rest.dropFirst()
        }
        return String(decoding: content, as: UTF8.self)
    }

    private static let endsAuthority = Set("/?# \t\n\"".utf8)
    private static let endsSetting = Set("&;,\"'".utf8)

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
}

extension String {
    /// The text with `%40` as the byte that it stands for.
    fileprivate var percentDecoded: String {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.first {
            rest = rest.dropFirst()
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
                let decoded = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Substring.UTF8View {
    /// Where a text of lower case stands for the first time, in either case.
    fileprivate func firstRange(of other: [UInt8]) -> Range<Index>? {
        var start = startIndex
        while start != endIndex {
            let rest = self[start...].prefix(other.count)
            if rest.count == other.count, zip(rest, other).allSatisfy({ $0.isSame(as: $1) }) {
                return start..<rest.endIndex
            }
            start = index(after: start)
        }
        return nil
    }

    fileprivate func ends(with text: String) -> Bool {
        let end = suffix(text.utf8.count)
        return end.count == text.utf8.count && zip(end, text.utf8).allSatisfy { $0.isSame(as: $1) }
    }
}

extension UInt8 {
    /// Whether it is a letter of lower case or its capital, or the same sign.
    fileprivate func isSame(as other: UInt8) -> Bool {
        self == other || ((UInt8(ascii: "a")...UInt8(ascii: "z")).contains(other) && self | 0x20 == other)
    }
}
