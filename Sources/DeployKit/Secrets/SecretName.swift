/// Tells by the name of a variable whether its value is for nobody's eyes.
public enum SecretName {
    /// Whether a variable's name says that its value is a secret.
    ///
    /// `POSTGRES_PASSWORD` and `API_KEY` do; `PASSWORD_FILE` and `SSH_AUTH_SOCK` name places, and `PWD` is the folder
    /// that a shell is in.
    public static func isConfidential(_ name: String) -> Bool {
        // `GIT_AUTHOR_NAME` is no authorization.
        let upper = name.uppercased().split(separator: "_").filter { $0 != "AUTHOR" }.joined(separator: "_")
        let places = ["_FILE", "_PATH", "_DIR", "_SOCK"]
        guard upper != "PWD", upper != "OLDPWD", !places.contains(where: upper.hasSuffix) else { return false }
        // A webhook's address is all that is needed to write there.
        return upper.hasPrefix("DEPLOYKIT_ALERT_")
            || VariableReference(name: upper, hasDefault: false).isConfidential
    }

    /// The secrets among variables, by their names; and the passwords in addresses, whatever they are called.
    ///
    /// - Parameter variables: Names and values, of a process or of a service.
    /// - Returns: The values, or the parts of them, that are secrets.
    public static func secrets(in variables: [String: String]) -> [Secret] {
        variables.sorted { $0.key < $1.key }.flatMap { name, value in
            isConfidential(name) ? [Secret(value)] : passwords(inAddress: value).map { Secret($0) }
        }
    }

    /// The passwords of the addresses in a text: `p` of `postgres://user:p@host/`.
    static func passwords(inAddress text: String) -> [String] {
        var found: [String] = []
        var rest = text.utf8[...]
        while let scheme = rest.firstRange(of: Array("://".utf8)) {
            rest = rest[scheme.upperBound...]
            let authority = rest.prefix { !Self.endsAuthority.contains($0) }
            guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
                let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":"))
            else { continue }
            found.append(String(decoding: authority[authority.index(after: colon)..<at], as: UTF8.self))
        }
        return found.filter { !$0.isEmpty }
    }

    private static let endsAuthority = Set("/?# \t\n\"".utf8)
}

extension Collection where Element: Equatable {
    /// Where other elements stand for the first time.
    fileprivate func firstRange(of other: [Element]) -> Range<Index>? {
        var start = startIndex
        while start != endIndex {
            let rest = self[start...]
            if rest.starts(with: other) { return start..<index(start, offsetBy: other.count) }
            start = index(after: start)
        }
        return nil
    }
}
