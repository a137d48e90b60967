extension ProjectRenderer {
    /// Renders one service.
    mutating func render(_ plan: ServicePlan, image: String?, ports: [Int]) -> JSONValue {
        let source = plan.source
        var members: [String: JSONValue] = [:]
        for (key, value) in source.value.members.sorted(by: { $0.key < $1.key })
        where ServiceKeys.kept.contains(key) && value != .null {
            members[key] = self.value(value, at: ["services", source.name, key])
        }
        members["image"] = .string((image ?? application.images[source.name] ?? "").doublingDollars())
        members["pull_policy"] = image != nil || slot != nil ? "never" : "missing"
        members["environment"] = renderEnvironment(of: source)
        members["labels"] = .object((members["labels"]?.members ?? [:]).merging(labels(plan)) { _, own in own })
        members["restart"] = .string(restart(plan))
        members["logging"] = renderLogging(of: source)
        members["healthcheck"] = renderHealthCheck(of: plan)
        members["depends_on"] = renderDependencies(of: plan)
        members["deploy"] = renderDeploy(plan)
        members["volumes"] = renderMounts(plan)
        members["ports"] = renderPorts(plan, ports)
        renderNetworks(of: plan, in: &members)
        let links = source.links.filter { plans[$0.service] != nil }
        if !links.isEmpty { members["links"] = .array(links.map { .string("\($0.service):\($0.alias)") }) }
        for section in ["configs", "secrets"] { members[section] = renderFiles(of: source, section) }
        return .object(members)
    }

    private mutating func renderEnvironment(of source: ComposeService) -> JSONValue? {
        var environment: [String: JSONValue] = [:]
        for (key, value) in source.environment.sorted(by: { $0.key < $1.key }) {
            guard let value else { continue }
            environmentValues["\(source.name).\(key)"] = Secret(value)
            environment[key] = placeholders.placeholder(for: [source.name, key], value: value)
        }
        return environment.isEmpty ? nil : .object(environment)
    }

    private func labels(_ plan: ServicePlan) -> [String: JSONValue] {
        var labels: [String: JSONValue] = [
            ContainerLabel.scope: .string(scope),
            "deploykit.service": .string(plan.source.name),
            ContainerLabel.kind: .string(plan.role.kind.rawValue),
        ]
        if let slot { labels[ContainerLabel.slot] = .string(slot.rawValue) }
        if let release { labels[ContainerLabel.release] = .string(release.rawValue) }
        return labels
    }

    private func restart(_ plan: ServicePlan) -> String {
        switch plan.role.kind {
        case .job: "no"
        // With `always`, Docker's next start would bring back a worker that was stopped beside the one that took over.
        case .worker where plan.source.restart == "always": "unless-stopped"
        case .web, .worker, .store: plan.source.restart ?? "unless-stopped"
        }
    }

    /// Bounds what a container's log may take on the droplet's disk.
    private mutating func renderLogging(of source: ComposeService) -> JSONValue {
        let bounds: [String: JSONValue] = ["max-size": "10m", "max-file": "3"]
        guard let logging = source.value["logging"] else {
            return ["driver": "local", "options": .object(bounds)]
        }
        guard case .object(var members) = value(logging, at: ["services", source.name, "logging"]) else {
            return logging
        }
        let driver = logging["driver"]?.string ?? "json-file"
        if ["json-file", "local"].contains(driver), logging["options"]?["max-size"] == nil {
            members["driver"] = .string(driver)
            members["options"] = .object(bounds.merging(members["options"]?.members ?? [:]) { $1 })
        }
        return .object(members)
    }

    /// Both a start period and a start interval are needed for a container to count as healthy once it is.
    ///
    /// Docker takes the test of the image where there is none here. Where the image has none either, `up --wait` would
    /// fail for a health check without a test.
    private mutating func renderHealthCheck(of plan: ServicePlan) -> JSONValue? {
        let source = plan.source
        guard let check = source.value["healthcheck"] else {
            return plan.service.hasHealthCheck ? ["start_period": "60s", "start_interval": "250ms"] : nil
        }
        guard source.hasHealthCheck else { return ["disable": true] }
        guard case .object(var members) = value(check, at: ["services", source.name, "healthcheck"]) else { return nil }
        if check["start_period"] == nil { members["start_period"] = "60s" }
        if check["start_interval"] == nil { members["start_interval"] = "250ms" }
        return .object(members)
    }

    /// What it waits for in the same project; stores run before a release starts.
    private func renderDependencies(of plan: ServicePlan) -> JSONValue? {
        let dependencies = (plan.source.value["depends_on"]?.members ?? [:]).filter { plans[$0.key] != nil }
        return dependencies.isEmpty ? nil : .object(dependencies)
    }

    private mutating func renderDeploy(_ plan: ServicePlan) -> JSONValue? {
        var deploy: [String: JSONValue] = ["replicas": .integer(plan.service.replicas)]
        if let resources = plan.source.value["deploy"]?["resources"], !resources.members.isEmpty {
            deploy["resources"] = literal(resources)
        }
        return .object(deploy)
    }

    private mutating func renderMounts(_ plan: ServicePlan) -> JSONValue? {
        for mount in plan.mounts { if let staged = mount.staged { files.insert(staged) } }
        let mounts = plan.mounts.compactMap(\.value).map(literal)
        return mounts.isEmpty ? nil : .array(mounts)
    }

    /// The replicas of a web service share a range of loopback ports, of which Docker gives one to each.
    private func renderPorts(_ plan: ServicePlan, _ ports: [Int]) -> JSONValue? {
        if let port = plan.service.port, let first = ports.min(), let last = ports.max() {
            let published = first == last ? "\(first)" : "\(first)-\(last)"
            return [
                [
                    "mode": "ingress", "host_ip": "127.0.0.1", "target": .integer(port),
                    "published": .string(published), "protocol": "tcp",
                ]
            ]
        }
        guard !plan.ports.isEmpty else { return nil }
        return .array(
            plan.ports.map { port in
                var members: [String: JSONValue] = [
                    "mode": "ingress", "target": .integer(port.target), "protocol": .string(port.transport),
                ]
                members["published"] = port.published.map { .string($0) }
                members["host_ip"] = port.address.map { .string($0) }
                return .object(members)
            })
    }

    private func renderNetworks(of plan: ServicePlan, in members: inout [String: JSONValue]) {
        if let mode = plan.network.mode { members["network_mode"] = .string(mode) }
        guard let aliases = plan.network.aliases else { return }
        members["networks"] = .object(
            aliases.mapValues { names in
                names.isEmpty ? .null : ["aliases": .array(names.map { .string($0.doublingDollars()) })]
            })
    }

    private func renderFiles(of source: ComposeService, _ section: String) -> JSONValue? {
        guard let elements = source.value[section]?.elements, !elements.isEmpty else { return nil }
        return .array(
            elements.map { element in
                var members = literal(element).members
                // Newer versions of Compose write the mode as an octal text, older ones read a number only.
                if let text = element["mode"]?.string, let mode = Int(text, radix: 8) {
                    members["mode"] = .integer(mode)
                }
                return .object(members)
            })
    }
}
