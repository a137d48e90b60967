/// The parts of an image's name.
struct ImageName: Sendable, Hashable {
    /// The name without tag and digest: `ghcr.io/owner/app`.
    var path: String
    /// The tag; nil without one.
    var tag: String?
    /// The digest; nil without one.
    var digest: String?

    /// The registry and owner that the name begins with: `ghcr.io/owner`; nil for Docker's own images.
    var owner: String? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        let owner = String(path[..<slash])
        return owner == "library" || owner == "docker.io/library" ? nil : owner
    }

    init(_ text: String) {
        let halves = text.split(separator: "@", maxSplits: 1)
        var path = halves.first.map(String.init) ?? ""
        self.digest = halves.count == 2 ? String(halves[1]) : nil
        if let colon = path.lastIndex(of: ":"), !path[colon...].contains("/") {
            self.tag = String(path[colon...].dropFirst())
            path = String(path[..<colon])
        }
        self.path = path
    }
}
