extension EdgeConfiguration {
    /// The rules that take all routes of an environment to the other slot while a service of the serving one is down
    /// and all of the other are up and stand by.
    ///
    /// Per service alone, `backup` would mix two releases. A slot that lacks a service of the other cannot take over
    /// as a whole, so no rule is made for it; single requests still find its servers as backup.
    static func fallOver(of environment: EdgeEnvironment) -> String {
        let blue = environment.services(in: .blue)
        let green = environment.services(in: .green)
        let directions = [(Slot.blue, blue, green), (.green, green, blue)].filter { _, own, other in
            !own.isEmpty && Set(own.map(\.name)).isSubset(of: other.map(\.name))
        }
        guard !directions.isEmpty else { return "" }
        let facts = [(Slot.blue, blue, green), (.green, green, blue)].flatMap { slot, own, other in
            let names = Set(other.map(\.name))
            return [
                "    acl \(environment.scope):\(slot.rawValue) var(txn.place) -m str \(environment.scope):\(slot.rawValue)"
            ]
                + own.flatMap { service in
                    acls(for: service, in: slot, of: environment.scope, canStandBy: names.contains(service.name))
                }
        }
        let rules = directions.flatMap { slot, own, _ in
            takeover(from: slot, services: own.map(\.name), of: environment.scope)
        }
        return
            (["", "    # \(environment.scope): a slot that lacks a service hands all routes to the standby."]
            + facts + rules + [""]).joined(separator: "\n")
    }

    /// Whether a service is up by its own checks, and whether it may stand by in the other slot's backend.
    private static func acls(
        for service: EdgeService, in slot: Slot, of scope: String, canStandBy: Bool
    ) -> [String] {
        let own = EdgeBackend(scope: scope, slot: slot, service: service.name).name
        let other = EdgeBackend(scope: scope, slot: slot.other, service: service.name).name
        let up = service.ports.indices.map { index in
            "    acl \(own):up srv_is_up(\(own)/\(EdgeBackend.server(slot, index + 1)))"
        }
        // In maintenance, as a standby that is not armed, a server is not up.
        return up + (canStandBy ? ["    acl \(own):armed srv_is_up(\(other)/\(EdgeBackend.server(slot, 1)))"] : [])
    }

    private static func takeover(from slot: Slot, services: [String], of scope: String) -> [String] {
        let serves = "\(scope):\(slot.rawValue)"
        let standby = "\(scope):\(slot.other.rawValue)"
        return services.map { "    http-request set-var(txn.over) bool(true) if \(serves) !\(serves):\($0):up" }
            + services.map { "    http-request unset-var(txn.over) if \(serves) !\(standby):\($0):up" }
            + services.map { "    http-request unset-var(txn.over) if \(serves) !\(standby):\($0):armed" }
            + [
                "    http-request set-var-fmt(txn.backend) \(standby):%[var(txn.service)]"
                    + " if \(serves) { var(txn.over) -m found }"
            ]
    }
}
