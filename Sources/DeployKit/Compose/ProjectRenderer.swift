extension ComposeApplication {
    /// Renders the project of the stores, and of what they need to start.
    ///
    /// - Parameters:
    ///   - scope: What everything of the environment on the droplet is called, as `bankflow-staging`.
    ///   - images: What images are called on the droplet, by service; the file's names where one is missing.
    /// - Returns: The project, in which no secret is.
    public func storesProject(scope: String, images: [String: String] = [:]) -> RenderedProject {
        var renderer = ProjectRenderer(application: self, scope: scope, slot: nil, release: nil)
        return renderer.render(images: images, ports: [:])
    }

    /// Renders the project of a release in a slot.
    ///
    /// - Parameters:
    ///   - slot: Where it runs.
    ///   - release: The release, for the labels of its containers.
    ///   - images: What images are called on the droplet, by service, pinned to their content.
    ///   - ports: The loopback ports of each web service, one a replica, one after the other without a gap.
    ///   - scope: What everything of the environment on the droplet is called, as `bankflow-staging`.
    /// - Returns: The project, in which no secret is.
    public func releaseProject(
        slot: Slot,
        release: Release.ID,
        images: [String: String],
        ports: [String: [Int]],
        scope: String
    ) -> RenderedProject {
        var renderer = ProjectRenderer(application: self, scope: scope, slot: slot, release: release)
        return renderer.render(images: images, ports: ports)
    }
}

/// Renders one of the two projects of an application.
struct ProjectRenderer {
    let application: ComposeApplication
    let scope: String
    /// The slot; nil for the stores.
    let slot: Slot?
    let release: Release.ID?
    /// The services of this project, by name.
    let plans: [String: ServicePlan]
    var placeholders = PlaceholderValues()
    var environmentValues: [String: Secret] = [:]
    var files: Set<StagedFile> = []

    init(application: ComposeApplication, scope: String, slot: Slot?, release: Release.ID?) {
        self.application = application
        self.scope = scope
        self.slot = slot
        self.release = release
        self.plans = application.plans.filter { $0.value.role.isWithStores == (slot == nil) }
    }

    /// The name of the project.
    var name: String {
        slot.map { ComposeApplication.releaseProjectName(scope: scope, slot: $0) }
            ?? ComposeApplication.storesProjectName(scope: scope)
    }

    /// A longer value than this, in bytes, could not be handed to a program in its environment.
    private static let longestRemembered = 100_000

    mutating func render(images: [String: String], ports: [String: [Int]]) -> RenderedProject {
        var services: [String: JSONValue] = [:]
        var settings: [String: Secret] = [:]
        for (service, plan) in plans.sorted(by: { $0.key < $1.key }) {
            let rendered = render(plan, image: images[service], ports: ports[service] ?? [])
            let values = EnvironmentFile.text(placeholders.takeRecent())
            services[service] = rendered
            settings[service] = Secret(rendered.compactText + values.revealed)
        }
        var project: [String: JSONValue] = ["name": .string(name), "services": .object(services)]
        project["networks"] = renderNetworks()
        project["volumes"] = renderVolumes()
        for (section, resources) in [("configs", application.model.configs), ("secrets", application.model.secrets)] {
            project[section] = renderFiles(section, resources)
        }
        for (variable, value) in application.model.variableValues
        where SecretName.isConfidential(variable) && (1...Self.longestRemembered).contains(value.bytes.count) {
            placeholders.remember(variable, value: value)
        }
        return RenderedProject(
            name: name,
            compose: JSONValue.object(project).prettyText,
            environment: EnvironmentFile.text(placeholders.values, confidential: placeholders.confidential),
            files: files.sorted { $0.path < $1.path },
            environmentValues: environmentValues,
            volumes: slot == nil ? [] : sharedVolumes,
            settings: settings
        )
    }

    // MARK: - Networks

    private func renderNetworks() -> JSONValue? {
        let names = Set(plans.values.flatMap { ($0.network.aliases ?? [:]).keys })
        guard !names.isEmpty else { return nil }
        var networks: [String: JSONValue] = [:]
        for network in names {
            let source = application.model.networks[network]
            var members: [String: JSONValue] = [
                "name": .string("\(name)_\(network)"),
                "labels": [ContainerLabel.scope: .string(scope)],
            ]
            if source?["internal"]?.bool == true { members["internal"] = true }
            let options = (source?["driver_opts"]?.members ?? [:])
                .filter { $0.key != "com.docker.network.bridge.name" }
            if !options.isEmpty, source?["external"]?.bool != true {
                members["driver_opts"] = literal(.object(options))
            }
            networks[network] = .object(members)
        }
        guard slot != nil else { return .object(networks) }
        let digest = networksDigest(networks)
        return .object(networks.mapValues { $0.labelled(ContainerLabel.networks, digest) })
    }

    /// Tells whether the networks that a release left in a slot are those that the next one wants, stores included.
    private func networksDigest(_ networks: [String: JSONValue]) -> String {
        let attachments = application.storeAttachments.map { "\($0.service) \($0.network) \($0.aliases.list)" }
        // Without the networks' own names, which have the slot's in them.
        let definitions = networks.mapValues { JSONValue.object($0.members.filter { $0.key != "name" }) }
        let text = JSONValue.object(definitions).compactText + attachments.sorted().joined(separator: "\n")
        return SHA256.hash(Array(text.utf8)).short
    }

    // MARK: - Volumes

    private var volumeNames: Set<String> {
        Set(plans.values.flatMap(\.source.mounts).filter { $0.type == "volume" }.compactMap(\.source))
    }

    /// The name of a volume on the droplet, the same for the stores and every release.
    private func volumeName(_ volume: String) -> String {
        let source = application.model.volumes[volume]
        guard source?["external"]?.bool == true else { return "\(scope)_\(volume)" }
        return source?["name"]?.string ?? volume
    }

    private mutating func renderVolumes() -> JSONValue? {
        guard !volumeNames.isEmpty else { return nil }
        var volumes: [String: JSONValue] = [:]
        for volume in volumeNames.sorted() {
            let source = application.model.volumes[volume]
            var members: [String: JSONValue] = ["name": .string(volumeName(volume))]
            if slot != nil || source?["external"]?.bool == true {
                members["external"] = true
            } else {
                members["labels"] = [ContainerLabel.scope: .string(scope)]
                if let driver = source?["driver"] { members["driver"] = literal(driver) }
                if let options = source?["driver_opts"] {
                    members["driver_opts"] = value(options, at: ["volumes", volume, "driver_opts"])
                }
            }
            volumes[volume] = .object(members)
        }
        return .object(volumes)
    }

    private var sharedVolumes: [SharedVolume] {
        volumeNames.sorted().compactMap { volume in
            let source = application.model.volumes[volume]
            guard source?["external"]?.bool != true else { return nil }
            var arguments = ["docker", "volume", "create", "--label", "\(ContainerLabel.scope)=\(scope)"]
            if let driver = source?["driver"]?.string { arguments += ["--driver", driver] }
            for (key, option) in (source?["driver_opts"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
                arguments += ["--opt", "\(key)=\(option.text ?? "")"]
            }
            return SharedVolume(name: volumeName(volume), creation: arguments + [volumeName(volume)])
        }
    }

    // MARK: - Configs and secrets

    private mutating func renderFiles(_ section: String, _ resources: [String: JSONValue]) -> JSONValue? {
        let used = Set(
            plans.values.flatMap { $0.source.value[section]?.elements ?? [] }.compactMap { $0["source"]?.string })
        var rendered: [String: JSONValue] = [:]
        for name in used.sorted() {
            guard let resource = resources[name] else { continue }
            let path = [section, name]
            if let content = resource["content"]?.string {
                environmentValues["\(section).\(name)"] = Secret(content)
                rendered[name] = ["environment": variable(path, value: content)]
            } else if let source = resource["environment"]?.string {
                let text = application.model.variableValues[source]?.revealed ?? ""
                environmentValues["\(section).\(name)"] = Secret(text)
                rendered[name] = ["environment": variable(path, value: text)]
            } else if let file = resource["file"]?.string {
                let staged = StagedFile(
                    copying: file, named: application.model.files.pathInProject(file) ?? "\(section)/\(name)",
                    facts: application.model.files.paths[file])
                files.insert(staged)
                rendered[name] = ["file": .string("./" + staged.path.doublingDollars())]
            }
        }
        return rendered.isEmpty ? nil : .object(rendered)
    }

    /// Keeps a value and returns the name of its variable.
    private mutating func variable(_ path: [String], value: String) -> JSONValue {
        let placeholder = placeholders.placeholder(for: path, value: value).string ?? ""
        return .string(String(placeholder.dropFirst(2).dropLast()))
    }

    // MARK: - Texts

    /// A value of the file as it has to stand in a Compose file.
    func literal(_ value: JSONValue) -> JSONValue { value.mapStrings { $0.doublingDollars() } }

    /// A value of the file, in which placeholders stand for the texts that variables went into.
    mutating func value(_ value: JSONValue, at path: [String]) -> JSONValue {
        switch value {
        case .string(let text):
            let references = application.model.references
            let isVariable = !references.isComplete || !references.references(at: path).isEmpty
            guard isVariable else { return literal(value) }
            let place = path.first == "services" ? Array(path.dropFirst()) : path
            environmentValues[place.joined(separator: ".")] = Secret(text)
            return placeholders.placeholder(for: place, value: text)
        case .array(let elements):
            var rendered: [JSONValue] = []
            for (index, element) in elements.enumerated() {
                rendered.append(self.value(element, at: path + [String(index)]))
            }
            return .array(rendered)
        case .object(let members):
            var rendered: [String: JSONValue] = [:]
            for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                rendered[key] = self.value(member, at: path + [key])
            }
            return .object(rendered)
        case .null, .bool, .integer, .double: return value
        }
    }
}

extension JSONValue {
    /// The object, with one more label.
    fileprivate func labelled(_ label: String, _ text: String) -> JSONValue {
        var members = self.members
        var labels = members["labels"]?.members ?? [:]
        labels[label] = .string(text)
        members["labels"] = .object(labels)
        return .object(members)
    }
}
