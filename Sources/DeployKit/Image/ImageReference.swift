/// A Docker image's name taken apart: `nginx:1.27` is `library/nginx` of the registry `docker.io`, tag `1.27`.
///
/// The grammar is that of the `distribution/reference` project, which Docker and Compose use.
public struct ImageReference: Sendable, Hashable {
    /// The registry's host, with its port where it has one: `docker.io`, `ghcr.io`, `localhost:5000`.
    public let registry: String
    /// The repository in that registry: `library/nginx`, `acme/bankflow-api`.
    public let repository: String
    /// The tag; nil without one, which Docker reads as `latest`.
    public let tag: String?
    /// The digest; nil without one.
    public let digest: Digest?

    /// Reads a name; nil for what Docker would not read as one.
    public init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        if let at = rest.firstIndex(of: "@") {
            guard let digest = Digest(rest[rest.index(after: at)...]) else { return nil }
            self.digest = digest
            rest = rest[..<at]
        } else {
            self.digest = nil
        }
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
            let tag = rest[rest.index(after: colon)...]
            guard Self.isTag(tag) else { return nil }
            self.tag = String(tag)
            rest = rest[..<colon]
        } else {
            self.tag = nil
        }
        var components = rest.split(separator: "/", omittingEmptySubsequences: false)
        var registry = Self.dockerHub
        if let first = components.first, components.count > 1, Self.namesHost(first) {
            guard Self.isHost(first) else { return nil }
            registry = first == "index.docker.io" ? Self.dockerHub : String(first)
            components.removeFirst()
        }
        guard !components.isEmpty, components.allSatisfy(Self.isPathComponent) else { return nil }
        if registry == Self.dockerHub, components.count == 1 {
            // A bare identity of an image is no name.
            guard components[0].utf8.count != 64 || Digest("sha256:\(components[0])") == nil else { return nil }
            components.insert("library", at: 0)
        }
        self.registry = registry
        self.repository = components.joined(separator: "/")
    }

    /// The registry that is meant where a name has none.
    public static let dockerHub = "docker.io"

    /// The name without tag and digest, as Docker shows it: without the registry and `library` of Docker Hub.
    public var familiarName: String {
        guard registry == Self.dockerHub else { return "\(registry)/\(repository)" }
        return repository.hasPrefix("library/") ? String(repository.dropFirst("library/".count)) : repository
    }

    /// The name of one image, as Docker shows it, with the tag that is meant where it has none.
    var taggedName: String {
        digest.map { pinned(to: $0) } ?? "\(familiarName):\(tag ?? "latest")"
    }

    /// Whether the name stays and what it means changes: no digest, and no tag but `latest`.
    public var isMoving: Bool { digest == nil && (tag ?? "latest") == "latest" }

    /// The name of exactly this content, as Docker lists it: `nginx@sha256:…`.
    public func pinned(to digest: Digest) -> String { "\(familiarName)@\(digest)" }

    /// Whether the registry is on this machine, where Docker asks for no certificate.
    public var isOnLoopback: Bool {
        registry == "localhost" || registry.hasPrefix("localhost:") || registry.hasPrefix("127.")
            || registry.hasPrefix("[::1]")
    }
}

extension ImageReference: CustomStringConvertible {
    /// The name in full: `docker.io/library/nginx:1.27`.
    public var description: String {
        var text = "\(registry)/\(repository)"
        if let tag { text += ":\(tag)" }
        if let digest { text += "@\(digest)" }
        return text
    }
}

extension ImageReference {
    /// Docker takes the first component for a host when a repository could not have it as a name.
    private static func namesHost(_ component: Substring) -> Bool {
        component == "localhost" || component.contains { $0 == "." || $0 == ":" || $0.isUppercase }
    }

    private static func isHost(_ text: Substring) -> Bool {
        var name = text
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let address = text[text.index(after: text.startIndex)..<end]
            guard !address.isEmpty, address.allSatisfy({ $0.isHexDigit || $0 == ":" }) else { return false }
            name = "v6" + text[text.index(after: end)...]
        }
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard let port = Int(parts[1]), (1...65535).contains(port) else { return false }
        } else if parts.count != 1 {
            return false
        }
        return parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { isLowercaseOrDigit($0 | 0x20) || isLowercaseOrDigit($0) || $0 == 0x2d }
        }
    }

    /// Lower-case letters and digits, with `.`, `_`, `__` or any number of `-` between them.
    private static func isPathComponent(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        guard isLowercaseOrDigit(first), isLowercaseOrDigit(last) else { return false }
        return text.utf8.split(whereSeparator: isLowercaseOrDigit).allSatisfy { separator in
            let separator = String(Substring(separator))
            return [".", "_", "__"].contains(separator) || separator.utf8.allSatisfy { $0 == UInt8(ascii: "-") }
        }
    }

    private static func isTag(_ text: Substring) -> Bool {
        guard (1...128).contains(text.utf8.count), text.first != ".", text.first != "-" else { return false }
        return text.utf8.allSatisfy { byte in
            isLowercaseOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || [UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-")].contains(byte)
        }
    }

    private static func isLowercaseOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
