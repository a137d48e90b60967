/// In which networks a service is, and under which names.
struct NetworkDecision {
    /// Its aliases, by network; nil when it has a network mode instead.
    var aliases: [String: [String]]?
    /// The network mode that stays: `none`, `service:x`.
    var mode: String?

    init(of service: ComposeService, roles: [String: ServiceRole], model: ComposeModel, findings: inout [Finding]) {
        let role = roles[service.name]
        let ownNames = ["container_name", "hostname"].compactMap { service.value[$0]?.string }
        if let mode = service.networkMode {
            decide(mode, of: service, roles, findings: &findings)
            if mode == "bridge" { aliases = ["default": ownNames] }
        } else {
            aliases = service.networkAliases.mapValues { names in
                (names + ownNames).reduce(into: []) { if !$0.contains($1) && $1 != service.name { $0.append($1) } }
            }
        }
        if role?.kind == .web { checkReach(of: service, model, findings: &findings) }
        checkLinks(of: service, roles, findings: &findings)
    }

    private mutating func decide(
        _ mode: String,
        of service: ComposeService,
        _ roles: [String: ServiceRole],
        findings: inout [Finding]
    ) {
        let parts = mode.split(separator: ":", maxSplits: 1).map(String.init)
        switch parts.first {
        case "none": self.mode = mode
        case "bridge", "default":
            aliases = ["default": []]
            findings.add(
                .note, service, "network_mode",
                "It gets the slot's own network instead of Docker's default bridge, which all releases would share.")
        case "service":
            let other = parts.last ?? ""
            self.mode = mode
            guard roles[other]?.isWithStores == roles[service.name]?.isWithStores else {
                findings.add(
                    .refusal, service, "network_mode",
                    "It shares the network of “\(other)”, and only one of the two is a store: they live in different "
                        + "projects.",
                    advice: "Give it networks of its own and reach “\(other)” by name.")
                return
            }
        case "host":
            findings.add(
                .refusal, service, "network_mode",
                "It uses the host's network: the ports of two releases collide there, and neither the slot's network "
                    + "nor a store can be reached by name.",
                advice: "Publish the ports that it needs and remove network_mode.")
        default:
            findings.add(
                .refusal, service, "network_mode",
                "“\(mode)” joins a container outside of the project, which the next release does not have.",
                advice: "Put that container into the Compose file and use “service:”, or networks.")
        }
    }

    private func checkReach(of service: ComposeService, _ model: ComposeModel, findings: inout [Finding]) {
        if mode != nil {
            findings.add(
                .refusal, service, "network_mode",
                "A route leads to it, and with this network mode it cannot have a loopback port of its own.",
                advice: "Route to the service whose network it uses, or remove network_mode.")
        }
        if let aliases, !aliases.isEmpty,
            aliases.keys.allSatisfy({ model.networks[$0]?["internal"]?.bool == true })
        {
            findings.add(
                .refusal, service, "networks",
                "A route leads to it, and it is only in internal networks, where Docker publishes no port.",
                advice: "Add a network to it that is not internal.")
        }
    }

    private func checkLinks(
        of service: ComposeService,
        _ roles: [String: ServiceRole],
        findings: inout [Finding]
    ) {
        if let links = service.value["external_links"], !links.elements.isEmpty {
            findings.add(
                .refusal, service, "external_links",
                "It links to containers outside of the project, which the droplet does not have.",
                advice: "Put them into the Compose file.")
        }
        for key in ["pid", "ipc"] {
            guard let mode = service.value[key]?.string, mode.hasPrefix("service:") || mode.hasPrefix("container:")
            else { continue }
            let other = String(mode.split(separator: ":", maxSplits: 1).last ?? "")
            if mode.hasPrefix("service:"), roles[other]?.isWithStores == roles[service.name]?.isWithStores { continue }
            findings.add(.refusal, service, key, "“\(mode)” joins a container that is not in the same project.")
        }
        for source in service.value["volumes_from"]?.elements.compactMap(\.string) ?? [] {
            let other = String(source.split(separator: ":").first ?? "")
            if roles[other]?.isWithStores == roles[service.name]?.isWithStores, other != "container" { continue }
            findings.add(
                .refusal, service, "volumes_from", "“\(source)” takes the volumes of a container in another project.",
                advice: "Name the volumes in both services.")
        }
    }
}

extension ComposeModel {
    /// What is found in the networks themselves; each slot gets its own copy of them.
    var networkFindings: [Finding] {
        networks.sorted { $0.key < $1.key }.flatMap { name, network -> [Finding] in
            let subject = "networks.\(name)"
            var findings: [Finding] = []
            if network["external"]?.bool == true {
                findings.append(
                    Finding(
                        .warning, subject,
                        "It is made outside of this project, and both releases would meet in it: each slot gets one of "
                            + "its own instead, where nothing from outside of the project is reached.",
                        advice: "Put what has to be reached into the Compose file, or reach it by address."))
            } else if let fixed = network["name"]?.string, fixed != "\(project)_\(name)" {
                findings.append(fixedNameFinding(fixed, subject))
            }
            if let driver = network["driver"]?.string, driver != "bridge" {
                findings.append(
                    Finding(
                        .refusal, subject, "Its driver “\(driver)” cannot give each slot a network of its own.",
                        advice: "Use the default driver."))
            }
            if !(network["ipam"]?["config"]?.elements ?? []).isEmpty {
                findings.append(fixedAddressFinding(network, subject))
            }
            return findings
        }
    }

    /// A fixed name cannot be in two slots; what starts containers by itself may be told it, to put them there.
    private func fixedNameFinding(_ fixed: String, _ subject: String) -> Finding {
        let told = services.values.sorted { $0.name < $1.name }.first { service in
            service.mounts.contains { $0.source?.hasSuffix("docker.sock") == true }
                && (service.environment.values.compactMap { $0 } + service.commandLine).contains { text in
                    text.split { ", =".contains($0) }.contains { $0 == fixed }
                }
        }
        guard let told else {
            return Finding(.note, subject, "Its fixed name “\(fixed)” is not kept: each slot has its own.")
        }
        return Finding(
            .warning, subject,
            "Its fixed name “\(fixed)” is not kept: each slot has its own. “\(told.name)” is told the name, and would not "
                + "find the network for the containers that it starts.",
            advice: "Leave “\(told.name)” out with ServiceSettings(replicas: 0), and run it by itself.")
    }

    /// A fixed subnet cannot be in two slots; it may go where nothing is written with an address of it.
    private func fixedAddressFinding(_ network: JSONValue, _ subject: String) -> Finding {
        let fixed = services.values.flatMap { service in
            (service.value["networks"]?.members.values.map { $0 } ?? []).flatMap { membership in
                ["ipv4_address", "ipv6_address"].compactMap { membership[$0]?.string }
            }
        }
        let texts = services.values.flatMap { service in
            ["environment", "command", "entrypoint", "extra_hosts", "dns", "healthcheck"]
                .flatMap { service.value[$0]?.allStrings ?? [] }
        }
        if let used = fixed.sorted().first(where: { address in texts.contains { $0.contains(address) } }) {
            return Finding(
                .refusal, subject,
                "The fixed address \(used) is used in the settings of a service, and two releases cannot both have it.",
                advice: "Use the service's name instead of its address.")
        }
        return Finding(
            .warning, subject, "Its fixed addresses are not kept: two slots cannot have one subnet.",
            advice: fixed.isEmpty ? "" : "Reach services by name.")
    }
}
