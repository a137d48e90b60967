import FoundationEssentials

/// The map of an environment: which backend each host leads to, and what else is changed without a reload.
///
/// All of it changes in one transaction, so a cutover ends a canary in the same moment.
enum EdgeMap {
    /// What is looked up beside the hosts.
    enum Key: String {
        /// The canary's share, in percent.
        case share = "SHARE"
        /// There while a visitor stays where they first came to.
        case sticky = "STICKY"
        /// The page of a maintenance, in base64.
        case page = "PAGE"
        /// The seconds after which to ask again.
        case retry = "RETRY"

        /// The key in the map; no host is ever equal to it, for hosts are in lower case and have no colon.
        func name(in scope: String) -> String { "\(scope):\(rawValue)" }
    }

    /// The text of an environment's map.
    static func text(of environment: EdgeEnvironment) -> String {
        EdgeConfiguration.hosts(of: environment)
            + entries(of: environment).map { "\($0.0.name(in: environment.scope)) \($0.1)\n" }.joined()
    }

    private static func entries(of environment: EdgeEnvironment) -> [(Key, String)] {
        var entries: [(Key, String)] = []
        if let share = environment.share, share.percent > 0 {
            entries.append((.share, "\(min(share.percent, 100))"))
            if share.isSticky { entries.append((.sticky, "1")) }
        }
        if let maintenance = environment.maintenance {
            entries.append((.page, Data(maintenance.page.utf8).base64EncodedString()))
            entries.append((.retry, "\(maintenance.retryAfter)"))
        }
        return entries
    }

    /// Reads an entry of the running edge's map; nil for a host's.
    static func read(_ entry: [Substring]) -> (scope: String, key: Key, value: Substring)? {
        guard entry.count == 2, let colon = entry[0].lastIndex(of: ":") else { return nil }
        guard let key = Key(rawValue: String(entry[0][entry[0].index(after: colon)...])) else { return nil }
        return (String(entry[0][..<colon]), key, entry[1])
    }
}
