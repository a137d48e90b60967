extension EdgeConfiguration {
    /// Refuses what HAProxy would misread, or what would let one environment touch another.
    func validate() throws {
        var scopes: [Int: String] = [:]
        var hosts: [String: String] = [:]
        for environment in environments {
            let scope = environment.scope
            try require(scope, "scope") { $0.isASCII && ($0.isLowercase || $0.isNumber) || $0 == "-" }
            if let other = scopes.updateValue(scope, forKey: environment.firstPort) {
                throw DeployError(
                    .refused,
                    "\(scope) and \(other) have the same block of ports, from \(environment.firstPort): both came to this "
                        + "droplet at the same time",
                    next: "Run the same command again: it takes the next block that is free.")
            }
            for route in environment.routes {
                try require(route.host, "host") { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
                if let other = hosts.updateValue(scope, forKey: route.host) {
                    throw refusal("two routes have the host \(route.host), in \(other) and in \(scope)")
                }
            }
            for range in environment.policy.trustedProxies {
                try require(range, "trusted proxy") { $0.isHexDigit || ".:/".contains($0) }
            }
            for service in environment.slots.values.joined() {
                try require(service.name, "service") {
                    $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0))
                }
                try require(service.healthPath, "health path of \(service.name)") {
                    $0.isASCII && $0 > " " && $0 != "\u{7f}"
                }
            }
        }
        guard Set(environments.map(\.scope)).count == environments.count else {
            throw refusal("two environments have one name")
        }
    }

    private func require(_ text: String, _ what: String, _ isAllowed: (Character) -> Bool) throws {
        guard !text.isEmpty, text.allSatisfy(isAllowed) else {
            throw refusal("the edge cannot take \"\(text)\" as a \(what)")
        }
    }

    private func refusal(_ message: String) -> DeployError {
        DeployError(.refused, message, next: "Correct the environment and try again.")
    }
}

extension String {
    /// The text as one word of an HAProxy configuration.
    var edgeWord: String {
        contains { !($0.isLetter || $0.isNumber || "/.-_~?=&+:@,;%*".contains($0)) }
            ? "'" + replacing("'", with: "'\\''") + "'" : self
    }
}

extension Duration {
    /// The duration as HAProxy writes it, in milliseconds; at least one.
    var edgeTime: String {
        let milliseconds = Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
        return milliseconds % 1000 == 0 && milliseconds > 0 ? "\(milliseconds / 1000)s" : "\(max(1, milliseconds))ms"
    }
}
