/// What the split makes of a service.
struct ServiceRole: Sendable, Hashable {
    /// Its kind.
    var kind: ServiceKind
    /// Whether it belongs to the stores' project: the stores, and what they need to start.
    var isWithStores: Bool
    /// The product, where it is a known one that holds data.
    var product: String?
}

/// Decides the kind of every service.
struct ServiceRoles {
    private let model: ComposeModel
    private let environment: Environment
    private let routed: Set<String>
    private let awaited: Set<String>
    private(set) var roles: [String: ServiceRole] = [:]
    private(set) var findings: [Finding] = []

    init(of model: ComposeModel, in environment: Environment) {
        self.model = model
        self.environment = environment
        self.routed = Set(environment.routes.map(\.service))
        self.awaited = Set(
            model.services.values.flatMap { service in
                service.dependencies.filter { $0.value == "service_completed_successfully" }.keys
            })
        for service in model.services.values.sorted(by: { $0.name < $1.name }) {
            guard (environment.services[service.name]?.replicas ?? service.replicas) > 0 else {
                findings.add(.note, service, "deploy.replicas", "It has no replicas, so it is left out.")
                continue
            }
            let kind = kind(of: service)
            roles[service.name] = ServiceRole(kind: kind, isWithStores: kind == .store, product: product(of: service))
        }
        gatherWhatStoresNeed()
    }

    // MARK: - One service

    private mutating func kind(of service: ComposeService) -> ServiceKind {
        if let kind = environment.services[service.name]?.kind { return stated(kind, of: service) }
        let product = product(of: service)
        if routed.contains(service.name) {
            if let product {
                findings.add(
                    .refusal, service, "image",
                    "A route leads to it, and it holds data (\(product)): a release would replace it, and two would run "
                        + "on the same data.",
                    advice: "Route to a service that talks to it, or state ServiceSettings(kind: .web) for "
                        + "“\(service.name)” if its data is elsewhere.")
            }
            return .web
        }
        if awaited.contains(service.name) { return .job }
        if product != nil { return .store }
        if endsByItself(service) { return .job }
        if let volume = ownVolume(of: service) {
            findings.add(
                .note, service, "volumes",
                "It keeps data in the volume “\(volume)”, so it counts as a store: no deploy replaces it.",
                advice: "State ServiceSettings(kind: .worker) for “\(service.name)” if each release has to replace it.")
            return .store
        }
        return .worker
    }

    private mutating func stated(_ kind: ServiceKind, of service: ComposeService) -> ServiceKind {
        if kind == .web, !routed.contains(service.name) {
            findings.add(
                .refusal, service, "kind", "It is stated to be a web service, and no route leads to it.",
                advice: "Add a route to it, or state another kind.")
        }
        if kind != .web, routed.contains(service.name) {
            findings.add(
                .refusal, service, "kind", "It is stated to be a \(kind.rawValue), and a route leads to it.",
                advice: "Remove the route or the stated kind.")
        }
        return kind
    }

    private func product(of service: ComposeService) -> String? {
        let volumes = service.mounts.filter { $0.type == "volume" }
        let image = service.image ?? service.name
        let isCustom = service.image == nil
        if !isCustom,
            let product = StoreImage.product(
                of: image, commandLine: service.commandLine, hasVolume: !volumes.isEmpty)
        {
            return awaited.contains(service.name) ? nil : product
        }
        let folders = service.mounts.filter { ($0.type == "volume" || $0.type == "bind") && !$0.isReadOnly }
        return folders.lazy.compactMap { StoreImage.product(ofDataFolder: $0.target) }.first
    }

    /// The named volume that only this service writes, and for which it is there: not one that is built here.
    private func ownVolume(of service: ComposeService) -> String? {
        guard !service.isBuilt else { return nil }
        let names = service.mounts.filter { $0.type == "volume" && !$0.isReadOnly }.compactMap(\.source)
        return names.first { name in
            !model.services.values.contains { other in
                other.name != service.name && (other.isBuilt || routed.contains(other.name))
                    && other.mounts.contains { $0.type == "volume" && $0.source == name }
            }
        }
    }

    /// Whether a service runs to its end: stated by `restart: "no"`, or to be seen from what it runs.
    private mutating func endsByItself(_ service: ComposeService) -> Bool {
        guard service.ports.isEmpty, !service.hasHealthCheck else { return false }
        switch service.restart {
        case "no": return true
        case nil, "on-failure":
            guard OneShot.isLikely(service) else { return false }
            findings.add(
                .warning, service, "restart",
                "It looks like a job: it will run once for each release, and is not started again when it ends.",
                advice: "Write restart: \"no\" to say so, or ServiceSettings(kind: .worker) if it runs on.")
            return true
        default: return false
        }
    }

    // MARK: - What stores need

    /// Moves what a store waits for into the stores' project: a job that prepares its volume, a peer.
    private mutating func gatherWhatStoresNeed() {
        var waiting = roles.filter { $0.value.isWithStores }.keys.sorted()
        while let name = waiting.popLast() {
            for dependency in (model.services[name]?.dependencies ?? [:]).keys.sorted() {
                guard let role = roles[dependency], !role.isWithStores else { continue }
                guard role.kind != .web else {
                    findings.append(
                        Finding(
                            .warning, "services.\(name).depends_on",
                            "A store does not wait for “\(dependency)”, which each release replaces."))
                    continue
                }
                findings.append(
                    Finding(
                        .note, "services.\(dependency)",
                        "It runs with the stores, since “\(name)” depends on it; no deploy replaces it."))
                roles[dependency]?.isWithStores = true
                if role.kind == .worker { roles[dependency]?.kind = .store }
                waiting.append(dependency)
            }
        }
    }
}

/// Tells by its name, its image and its command whether a service runs once.
enum OneShot {
    static func isLikely(_ service: ComposeService) -> Bool {
        let words = service.name.lowercased().split { !$0.isLetter }.map(String.init)
        if words.contains(where: names.contains) || names.contains(service.name.lowercased()) { return true }
        if let image = service.image, ImageName(image).path.hasSuffix("minio/mc") { return true }
        let command = service.commandLine.joined(separator: " ").lowercased()
        return commands.contains { command.contains($0) }
    }

    private static let names: Set = [
        "migrate", "migration", "migrations", "migrator", "init", "setup", "seed", "bootstrap", "createbuckets",
        "createbucket", "permissions", "installer",
    ]

    private static let commands = [
        "migrate deploy", "db:migrate", "manage.py migrate", "alembic upgrade", "flyway migrate", "artisan migrate",
        "prisma migrate", "sqlx migrate", "diesel migration", "goose up", "chown -r", "chmod -r", "mc mb ",
    ]
}
