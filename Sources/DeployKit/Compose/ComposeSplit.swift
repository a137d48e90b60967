/// Decides what of a Compose project is a store and what each release replaces, and what neither can be.
///
/// Pure: the same project and environment give the same application, and nothing is read or run.
public enum ComposeSplit {
    /// Splits a project for an environment.
    ///
    /// - Returns: The application, with what was found. With a refusal among its findings it must not be deployed.
    public static func split(_ model: ComposeModel, for environment: Environment) -> ComposeApplication {
        var findings = EnvironmentCheck.findings(of: environment, beside: model)
        let roles = ServiceRoles(of: model, in: environment)
        findings += roles.findings
        var plans: [String: ServicePlan] = [:]
        for (name, role) in roles.roles.sorted(by: { $0.key < $1.key }) {
            guard let service = model.services[name] else { continue }
            plans[name] = plan(service, role, roles.roles, model, environment, &findings)
        }
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
            images: plans.mapValues { $0.source.image ?? "\(model.project)-\($0.source.name)" },
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
        _ findings: inout [Finding]
    ) -> ServicePlan {
        let settings = environment.services[source.name]
        findings += ServiceKeys.findings(of: source, role: role)
        let ports = PortDecision(of: source, role: role, settings: settings, findings: &findings)
        let network = NetworkDecision(of: source, roles: roles, model: model, findings: &findings)
        let mounts = source.mounts.map { mount in
            MountDecision(of: mount, in: source, role: role, files: model.files, findings: &findings)
        }
        if let product = role.product, role.kind == .store {
            judgeDurability(source, product, &findings)
        }
        let concurrency = ConcurrencyDecision(of: source, role: role, settings: settings, findings: &findings)
        let single = role.kind == .job || role.isWithStores || source.value["deploy"]?["mode"]?.string == "global"
        let service = Service(
            name: source.name,
            kind: role.kind,
            port: ports.port,
            replicas: single ? 1 : settings?.replicas ?? source.replicas,
            healthPath: settings?.healthPath ?? environment.health.path,
            hasHealthCheck: source.hasHealthCheck,
            replacement: concurrency.replacement,
            memoryLimit: source.memoryLimit
        )
        return ServicePlan(
            source: source, service: service, role: role, ports: ports.kept, network: network, mounts: mounts)
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
