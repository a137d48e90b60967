extension EdgeConfiguration {
    /// The name of the cookie by which a visitor stays where they first came to.
    private static let cookie = "deploykit-draw"

    /// Looks up an entry of an environment's map.
    ///
    /// Without the `opt@` of the lookup of hosts, which comes first: with it, HAProxy makes a second map of the file,
    /// which no command of the socket ever reaches.
    private static func lookup(_ key: EdgeMap.Key, of scope: String) -> String {
        "str(\(key.name(in: scope))),map_str(\(map(of: scope, root: root)))"
    }

    /// The rules of what is changed without a reload; empty without an environment.
    var amendableRules: String {
        [shareRules, maintenanceRules].filter { !$0.isEmpty }.map { $0 + "\n" }.joined()
    }

    /// The rules that give a share of the requests to the slot that the routes do not lead to.
    ///
    /// Each request draws a number below 100, or brings the one that it drew before: whoever is among the first 10 %
    /// is also among the first 50 %. A former worker leaves the choice to the new one.
    private var shareRules: String {
        let rules = environments.flatMap { environment -> [String] in
            let scope = environment.scope
            let services = Set(environment.services(in: .blue).map(\.name))
                .intersection(environment.services(in: .green).map(\.name)).sorted()
            guard !services.isEmpty else { return [] }
            let own =
                "{ var(txn.place) -m beg \(scope): } { var(txn.service) -m str \(services.joined(separator: " ")) }"
            return [
                "    http-request set-var(txn.share) \(Self.lookup(.share, of: scope)),add(0)"
                    + " if \(own) !{ stopping }",
                "    http-request set-var(txn.sticky) \(Self.lookup(.sticky, of: scope))"
                    + " if shared \(own)",
            ]
        }
        guard !rules.isEmpty else { return "" }
        let other = environments.flatMap { environment in
            Slot.allCases.map { slot in
                "    http-request set-var-fmt(txn.backend) \(environment.scope):\(slot.other.rawValue):%[var(txn.service)]"
                    + " if chosen { var(txn.place) -m str \(environment.scope):\(slot.rawValue) }"
            }
        }
        return
            (["    # A canary: a share of the requests goes to the slot that the routes do not lead to."]
            + [
                "    acl shared var(txn.share) -m int gt 0",
                "    acl drawn req.cook(\(Self.cookie)) -m reg ^[0-9]{1,2}$",
                "    acl sticky var(txn.sticky) -m found",
                "    acl chosen var(txn.draw),sub(txn.share) -m int lt 0",
            ] + rules
            + [
                "    http-request set-var(txn.draw) rand(100) if shared",
                "    http-request set-var(txn.draw) req.cook(\(Self.cookie)),add(0) if shared sticky drawn",
                "    http-request set-var(txn.new) bool(true) if shared sticky !drawn",
            ] + other
            + [
                "    http-request set-var(txn.place) var(txn.backend),field(1,:,2) if shared",
                "    http-response add-header set-cookie"
                    + " \"\(Self.cookie)=%[var(txn.draw)]; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax\""
                    + " if { var(txn.new) -m bool }",
            ]).joined(separator: "\n")
    }

    /// The rules that answer the public with a page while an environment is under maintenance.
    ///
    /// A former worker asks the new one, whose map counts; a probe asks the application.
    private var maintenanceRules: String {
        guard !environments.isEmpty else { return "" }
        let lookups = environments.flatMap { environment -> [String] in
            let scope = environment.scope
            let own = "{ var(txn.place) -m beg \(scope): }"
            return [
                "    http-request set-var(txn.page) \(Self.lookup(.page, of: scope))"
                    + " if \(own) !{ stopping } !{ so_name -m beg probe: }",
                "    http-request set-var(txn.retry) \(Self.lookup(.retry, of: scope))"
                    + " if \(own) closed",
            ]
        }
        return
            (["    # Maintenance.", "    acl closed var(txn.page) -m found"] + lookups
            + [
                "    http-request return status 503 content-type \"text/html; charset=utf-8\""
                    + " hdr retry-after \"%[var(txn.retry)]\" hdr cache-control no-store"
                    + " lf-string \"%[var(txn.page),b64dec]\" if closed"
            ]).joined(separator: "\n")
    }
}
