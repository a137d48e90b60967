internal import FoundationEssentials

/// The annotations of the OCI's image specification that say where an image is from.
///
/// Source: "Annotations" in the OCI image specification 1.1.
package struct BuildLabels: Sendable, Hashable {
    /// What is checked out.
    package var tree: SourceTree
    /// The version of the release.
    package var version: String
    /// The repository's page; empty where it has none.
    package var source: String

    /// Makes labels.
    package init(tree: SourceTree, version: String, source: String = "") {
        self.tree = tree
        self.version = version
        self.source = source
    }

    /// The labels of a service's image.
    func labels(of service: String) -> [String: String] {
        var labels = [
            "org.opencontainers.image.title": service,
            "org.opencontainers.image.revision": tree.commit + (tree.isClean ? "" : ReleaseManifest.dirtySuffix),
            "org.opencontainers.image.version": version,
            // Of the commit, not of the build: the same source has the same labels.
            "org.opencontainers.image.created": created,
        ]
        if !source.isEmpty { labels["org.opencontainers.image.source"] = source }
        return labels
    }

    /// When the commit was made, as RFC 3339 has it.
    private var created: String {
        Date(timeIntervalSince1970: Double(tree.committedAt)).formatted(.iso8601)
    }
}

extension BuildLabels {
    /// The page of the repository: that of the run, or the one that git's remote leads to.
    ///
    /// - Parameters:
    ///   - variables: The variables of the process; GitHub Actions says the repository there.
    ///   - remote: What `git remote get-url origin` prints; empty without one.
    /// - Returns: The page's address; empty where there is none.
    package static func source(_ variables: [String: String], remote: String) -> String {
        if let server = variables["GITHUB_SERVER_URL"], let repository = variables["GITHUB_REPOSITORY"],
            !server.isEmpty, !repository.isEmpty
        {
            return "\(server)/\(repository)"
        }
        return page(ofRemote: remote)
    }

    /// The page of a remote, without a login; empty for what leads to no page, as a folder.
    static func page(ofRemote remote: String) -> String {
        let text = remote.filter { !$0.isWhitespace }
        let place: Substring
        if let scheme = text.firstRange(of: "://") {
            guard ["https", "http", "ssh"].contains(text[..<scheme.lowerBound]) else { return "" }
            place = text[scheme.upperBound...]
        } else if let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") {
            // As scp has it: git@github.com:owner/name.git
            place = "\(text[..<colon])/\(text[text.index(after: colon)...])"
        } else {
            return ""
        }
        let parts = place.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let host = parts[0].split(separator: "@").last else { return "" }
        let isSSH = !text.hasPrefix("http")
        let name = isSSH ? host.prefix { $0 != ":" } : host
        let path = parts[1].hasSuffix(".git") ? parts[1].dropLast(4) : parts[1]
        return "https://\(name)/\(path)"
    }
}
