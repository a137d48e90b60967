/// How a registry wants a client to log in: the header `WWW-Authenticate` of RFC 9110, as registries send it.
enum RegistryChallenge: Sendable, Hashable {
    /// With user and password.
    case basic
    /// With a token from a server.
    case bearer(realm: String, service: String?, scope: String?)

    /// Reads a header.
    init?(_ header: String) {
        let text = header.drop { $0 == " " }
        let scheme = text.prefix { $0 != " " }.lowercased()
        let parameters = Self.parameters(text.dropFirst(scheme.count))
        switch scheme {
        case "basic": self = .basic
        case "bearer":
            guard let realm = parameters["realm"] else { return nil }
            self = .bearer(realm: realm, service: parameters["service"], scope: parameters["scope"])
        default: return nil
        }
    }

    /// Where a token to read a repository is; nil for the basic scheme.
    func tokenURL(repository: String) -> String? {
        guard case .bearer(let realm, let service, let scope) = self else { return nil }
        var query = "scope=" + Self.encoded(scope ?? "repository:\(repository):pull")
        if let service { query = "service=\(Self.encoded(service))&\(query)" }
        return realm + (realm.contains("?") ? "&" : "?") + query
    }

    /// Pairs of name and value; a value in quotation marks may have commas and spaces in it.
    private static func parameters(_ text: Substring) -> [String: String] {
        var parameters: [String: String] = [:]
        var rest = text
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].filter { $0 != "," && $0 != " " }.lowercased()
            rest = rest[rest.index(after: equals)...]
            var value = ""
            if rest.first == "\"" {
                rest.removeFirst()
                while let character = rest.popFirst(), character != "\"" {
                    if character == "\\", let escaped = rest.popFirst() {
                        value.append(escaped)
                    } else {
                        value.append(character)
                    }
                }
            } else {
                value = String(rest.prefix { $0 != "," })
                rest = rest.dropFirst(value.count)
            }
            parameters[name] = value
        }
        return parameters
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._~".utf8.contains(byte)
            guard !isPlain else { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
