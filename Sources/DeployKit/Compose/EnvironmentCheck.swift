/// What is the matter with an environment's names and routes, alone and beside a Compose project.
enum EnvironmentCheck {
    static func findings(of environment: Environment, beside model: ComposeModel) -> [Finding] {
        names(environment) + hosts(environment) + routes(environment, model) + settings(environment, model)
            + healthPaths(environment)
    }

    private static func names(_ environment: Environment) -> [Finding] {
        var findings: [Finding] = []
        for (subject, name) in [("application", environment.application), ("environment", environment.name)]
        where !isName(name) {
            findings.append(
                Finding(
                    .refusal, "\(subject) “\(name)”",
                    "It is part of every name on the droplet: lower-case letters, digits and hyphens, a letter first, at "
                        + "most 30 characters."))
        }
        for slot in Slot.allCases where environment.scope.hasSuffix("-\(slot.rawValue)") {
            findings.append(
                Finding(
                    .refusal, "environment “\(environment.name)”",
                    "\(environment.scope) is what the slot \(slot.rawValue) of another environment may be called: one "
                        + "would remove what the other runs.",
                    advice: "Give it a name that does not end in “\(slot.rawValue)”."))
        }
        return findings
    }

    private static func hosts(_ environment: Environment) -> [Finding] {
        var findings: [Finding] = []
        for route in environment.routes where !isHost(route.host) {
            findings.append(
                Finding(
                    .refusal, "route \(route.host)", "It is no host name.",
                    advice: "A host name is written without scheme, port and path: app.example.com."))
        }
        for (host, routes) in Dictionary(grouping: environment.routes, by: \.host).sorted(by: { $0.key < $1.key })
        where routes.count > 1 {
            findings.append(
                Finding(
                    .refusal, "route \(host)",
                    "\(routes.count) routes have this host: to \(routes.map { "“\($0.service)”" }.sentence).",
                    advice: "Keep one of them."))
        }
        return findings
    }

    private static func routes(_ environment: Environment, _ model: ComposeModel) -> [Finding] {
        guard !environment.routes.isEmpty else {
            return [
                Finding(
                    .refusal, "routes", "No route leads to any service, so nothing of a release would be reached.",
                    advice: "Add one: Route(\"app.example.com\", to: \"\(model.services.keys.min() ?? "web")\").")
            ]
        }
        let names = model.services.keys.sorted().sentence
        return environment.routes.filter { model.services[$0.service] == nil }.map { route in
            Finding(
                .refusal, "route \(route.host)",
                "It leads to “\(route.service)”, which is no service of the Compose project.",
                advice: names.isEmpty ? "The project has no services." : "Its services are \(names).")
        }
    }

    private static func settings(_ environment: Environment, _ model: ComposeModel) -> [Finding] {
        environment.services.keys.sorted().filter { model.services[$0] == nil }.map { name in
            Finding(
                .warning, "services.\(name)",
                "The environment has settings for it, and the Compose project has no such "
                    + "service.",
                advice: "Remove the settings, or activate the profile that the service is in.")
        }
    }

    private static func healthPaths(_ environment: Environment) -> [Finding] {
        let paths =
            [("health.path", environment.health.path)]
            + environment.services.sorted { $0.key < $1.key }.compactMap { name, settings in
                settings.healthPath.map { ("services.\(name).healthPath", $0) }
            }
        return paths.filter { !$0.1.hasPrefix("/") }.map { subject, path in
            Finding(
                .refusal, subject, "“\(path)” is no path: a probe could not ask for it.",
                advice: "Begin it with a slash: /health.")
        }
    }

    /// Says that a web service is asked at the default path where nothing tells that it answers there.
    static func assumedHealthPath(of source: ComposeService, in environment: Environment) -> [Finding] {
        let path = HealthPolicy().path
        guard environment.services[source.name]?.healthPath == nil, environment.health.path == path,
            !source.healthCheckNames(path)
        else { return [] }
        let asked = source.healthCheckPaths.first
        let other = asked.map { "; its own health check asks for \($0)" } ?? ""
        return [
            Finding(
                .note, "services.\(source.name).healthPath",
                "It is asked for its health at \(path), since nothing else is stated\(other). Unless it answers there with "
                    + "2xx, no release of it serves.",
                advice: "Name its own path with ServiceSettings(healthPath: \"\(asked ?? "/…")\") for "
                    + "“\(source.name)”.")
        ]
    }

    /// Refuses more replicas of web services than a slot has ports for.
    static func portFindings(of services: [Service]) -> [Finding] {
        let web = services.filter { $0.kind == .web }
        let replicas = web.map(\.replicas).reduce(0, +)
        guard replicas > PortBlock.slotSize else { return [] }
        return [
            Finding(
                .refusal, "replicas",
                "\(web.map { "“\($0.name)”" }.sentence) have \(replicas) replicas together, and a slot has ports for "
                    + "\(PortBlock.slotSize).",
                advice: "Lower deploy.replicas, or ServiceSettings(replicas:).")
        ]
    }

    /// Whether a text can be part of the names of projects, networks and folders.
    static func isName(_ text: String) -> Bool {
        guard (1...30).contains(text.utf8.count), let first = text.utf8.first, isLetter(first), text.last != "-" else {
            return false
        }
        return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    /// Whether a text is a host name as RFC 1123 has it, in lower case.
    static func isHost(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253 else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
