/// Decides what of a Compose project is a store and what each release replaces, and what neither can be.
///
/// Pure: the same project and environment give the same application, and nothing is read or run.
public enum ComposeSplit {
    /// Splits a project for an environment.
    ///
    /// - Parameters:
    ///   - model: The project.
    ///   - environment: Where it is to run.
    ///   - images: What is known of images, by name; with it, volumes that an image declares are found, and ports.
    /// - Returns: The application, with what was found. With a refusal among its findings it must not be deployed.
    public static func split(
        _ model: ComposeModel,
        for environment: Environment,
        images: [String: ImageFacts] = [:]
    ) -> ComposeApplication {
        let images = model.imageNames.reduce(into: images) { images, name in
            if images[name] == nil { images[name] = ImageFacts.known(name) }
        }
        var findings = EnvironmentCheck.findings(of: environment, beside: model)
        let roles = ServiceRoles(of: model, in: environment, images: images)
        findings += roles.findings
        var plans: [String: ServicePlan] = [:]
        for (name, role) in roles.roles.sorted(by: { $0.key < $1.key }) {
            guard let service = model.services[name] else { continue }
            let facts = images[model.imageName(of: service)]
            plans[name] = plan(service, role, roles.roles, model, environment, facts, &findings)
        }
        findings += EnvironmentCheck.portFindings(of: plans.values.map(\.service).sorted { $0.name < $1.name })
        findings += RestartFindings.findings(of: plans) + nameFindings(plans) + unknownImageFindings(plans, images)
        findings += model.networkFindings + model.volumeFindings(for: plans) + model.fileFindings
        findings += model.variableFindings(in: Set(plans.keys))
        if !plans.values.contains(where: { !$0.role.isWithStores }) {
            findings.append(
                Finding(
                    .refusal, "services",
                    "There is nothing to release: "
                        + (plans.isEmpty ? "no service is active." : "every service is a store."),
                    advice: "Check the profiles, and the kinds that the environment states."))
        }
        return ComposeApplication(
            services: plans.values.filter { !$0.role.isWithStores || $0.role.kind == .store }.map(\.service)
                .sorted { $0.name < $1.name },
            images: plans.mapValues { model.imageName(of: $0.source) },
            findings: findings,
            storeConditions: storeConditions(plans),
            storeAttachments: storeAttachments(plans),
            plans: plans,
            model: model
        )
    }

    private static func plan(
        _ source: ComposeService,
        _ role: ServiceRole,
        _ roles: [String: ServiceRole],
        _ model: ComposeModel,
        _ environment: Environment,
        _ image: ImageFacts?,
        _ findings: inout [Finding]
    ) -> ServicePlan {
        let settings = environment.services[source.name]
        findings += ServiceKeys.findings(of: source, role: role)
        let ports = PortDecision(of: source, role: role, settings: settings, image: image, findings: &findings)
        let network = NetworkDecision(of: source, roles: roles, model: model, findings: &findings)
        let mounts = source.mounts.map { mount in
            MountDecision(of: mount, in: source, role: role, files: model.files, findings: &findings)
        }
        if let product = role.product, role.kind == .store {
            judgeDurability(source, product, &findings)
        }
        if role.isWithStores, source.isBuilt {
            judgeBuild(source, &findings)
        }
        let volumes = source.undeclaredVolumes(of: image)
        // What a job writes to a folder that it does not name, nobody looks for.
        if !role.isWithStores, role.kind != .job, !volumes.isEmpty {
            findings.add(
                .warning, source, "image",
                "Its image keeps what is written to \(volumes.sentence) in a volume without a name, which stays behind "
                    + "with its release.",
                advice: "Give it a name, as “\(source.name)-data:\(volumes[0])”, to keep it over releases.")
        }
        let concurrency = ConcurrencyDecision(of: source, role: role, settings: settings, findings: &findings)
        let single = role.kind == .job || role.isWithStores || source.value["deploy"]?["mode"]?.string == "global"
        let service = Service(
            name: source.name,
            kind: role.kind,
            port: ports.port,
            replicas: single ? 1 : settings?.replicas ?? source.replicas,
            healthPath: settings?.healthPath ?? environment.health.path,
            hasHealthCheck: source.hasHealthCheck || (image?.hasHealthCheck == true && !source.disablesHealthCheck),
            replacement: concurrency.replacement,
            memoryLimit: source.memoryLimit
        )
        if role.kind == .web { findings += EnvironmentCheck.assumedHealthPath(of: source, in: environment) }
        return ServicePlan(
            source: source, service: service, role: role, ports: ports.kept, network: network, mounts: mounts)
    }

    /// An image of others that no one could look into may declare a volume, which would stay with its release.
    private static func unknownImageFindings(
        _ plans: [String: ServicePlan],
        _ images: [String: ImageFacts]
    ) -> [Finding] {
        let unknown = plans.values.filter { plan in
            !plan.role.isWithStores && plan.role.kind != .job && !plan.source.isBuilt
                && plan.source.image.map { images[$0] == nil } ?? false
        }
        let names = Set(unknown.compactMap(\.source.image)).sorted()
        guard let first = unknown.map(\.source.name).min() else { return [] }
        return [
            Finding(
                .note, "services.\(first).image",
                "Not on this machine, so volumes that \(names.count == 1 ? "it declares" : "they declare") are not known: "
                    + "\((names.prefix(3) + (names.count > 3 ? ["\(names.count - 3) more"] : [])).sentence).",
                advice: "docker pull \(names.first ?? "")")
        ]
    }

    /// Two containers cannot have one name, so fixed ones become names in the networks.
    private static func nameFindings(_ plans: [String: ServicePlan]) -> [Finding] {
        let named = plans.values.filter { $0.source.value["container_name"] != nil }.map(\.source.name).sorted()
        guard let first = named.first else { return [] }
        return [
            Finding(
                .note, "services.\(first).container_name",
                "Fixed names are not kept, since two containers cannot have one; they stay names in the networks"
                    + (named.count == 1 ? "." : " (\(named.sentence))."))
        ]
    }

    /// A known store that mounts nothing keeps its data in the container, or in a volume without a name.
    private static func judgeDurability(_ service: ComposeService, _ product: String, _ findings: inout [Finding]) {
        let holds = service.mounts.contains {
            !$0.isReadOnly && (($0.type == "volume" && $0.source != nil) || $0.type == "bind")
        }
        guard !holds, product != "memcached" else { return }
        let isCache = StoreImage.caches.contains(product)
        findings.add(
            isCache ? .note : .warning, service, "volumes",
            "It names no volume: its data lives as long as this one container, which no deploy touches, and is gone with "
                + "it.",
            advice: isCache ? "" : "Give its data folder a named volume.")
    }

    /// The droplet pulls the images of the stores: what a release brings would be another one each time.
    private static func judgeBuild(_ service: ComposeService, _ findings: inout [Finding]) {
        guard let image = service.image else {
            findings.add(
                .refusal, service, "build",
                "It runs with the stores, whose images the droplet pulls, and it is only built: there is nothing to pull.",
                advice: "Push its image to a registry and name it with image:.")
            return
        }
        findings.add(
            .warning, service, "build",
            "It runs with the stores, so the droplet pulls \(image) and nothing is built for it.",
            advice: "Push the image to a registry before the first deploy.")
    }

    private static func storeConditions(_ plans: [String: ServicePlan]) -> [String: String] {
        var conditions: [String: String] = [:]
        for plan in plans.values where !plan.role.isWithStores {
            for (name, condition) in plan.source.dependencies where plans[name]?.role.kind == .store {
                if conditions[name] != "service_healthy" { conditions[name] = condition }
            }
        }
        return conditions
    }

    private static func storeAttachments(_ plans: [String: ServicePlan]) -> [StoreAttachment] {
        let release = plans.values.filter { !$0.role.isWithStores }
        let used = Set(release.flatMap { ($0.network.aliases ?? [:]).keys })
        let links = release.flatMap(\.source.links)
        return plans.values.filter { $0.role.kind == .store }.sorted { $0.source.name < $1.source.name }
            .flatMap { plan in
                (plan.network.aliases ?? [:]).filter { used.contains($0.key) }.sorted { $0.key < $1.key }
                    .map { network, aliases in
                        let linked = links.filter { $0.service == plan.source.name }.map(\.alias).sorted()
                        var names = [plan.source.name]
                        for name in aliases + linked where !names.contains(name) { names.append(name) }
                        return StoreAttachment(service: plan.source.name, network: network, aliases: names)
                    }
            }
    }
}
