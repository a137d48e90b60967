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
    private let images: [String: ImageFacts]
    private let application: ApplicationTraits
    private(set) var roles: [String: ServiceRole] = [:]
    private(set) var findings: [Finding] = []

    init(of model: ComposeModel, in environment: Environment, images: [String: ImageFacts]) {
        self.images = images
        self.application = ApplicationTraits(of: model, routed: Set(environment.routes.map(\.service)))
        self.model = model
        self.environment = environment
        self.routed = Set(environment.routes.map(\.service))
        self.awaited = Set(
            model.services.values.flatMap { service in
                service.dependencies.filter { $0.value == "service_completed_successfully" }.keys
            })
        for service in model.services.values.sorted(by: { $0.name < $1.name }) {
            guard (environment.services[service.name]?.replicas ?? service.replicas) > 0 else {
                leaveOut(service)
                continue
            }
            let kind = kind(of: service)
            roles[service.name] = ServiceRole(kind: kind, isWithStores: kind == .store, product: product(of: service))
        }
        gatherWhatStoresNeed()
        refuseLatePreparation()
    }

    // MARK: - One service

    private mutating func leaveOut(_ service: ComposeService) {
        guard routed.contains(service.name) else {
            findings.add(.note, service, "deploy.replicas", "It has no replicas, so it is left out.")
            return
        }
        findings.add(
            .refusal, service, "deploy.replicas",
            "A route leads to it, and it has no replicas: nothing would answer there.",
            advice: "Give it one, or ServiceSettings(replicas: 1) for “\(service.name)”; or remove the route.")
    }

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
        if let product {
            guard isOneShot(service, of: product) else { return .store }
            return .job
        }
        if endsByItself(service) { return .job }
        if let volume = ownVolume(of: service) {
            findings.add(
                .warning, service, "volumes",
                "It keeps data in the volume “\(volume)”, so it counts as a store: no deploy replaces it.",
                advice: "State ServiceSettings(kind: .worker) for “\(service.name)” if each release has to replace it.")
            return .store
        }
        return kind(ofUnknown: service)
    }

    /// The kind of a service that neither its image's name nor its volumes tell.
    private mutating func kind(ofUnknown service: ComposeService) -> ServiceKind {
        guard !service.isBuilt, let image = service.image else { return .worker }
        let volumes = service.undeclaredVolumes(of: images[image])
        guard volumes.isEmpty else {
            findings.add(
                .warning, service, "image",
                "Its image keeps data in \(volumes.sentence), so it counts as a store: no deploy replaces it. The volume "
                    + "has no name.",
                advice:
                    "Give it one, as “\(service.name)-data:\(volumes[0])”; or state ServiceSettings(kind: .worker) for "
                    + "“\(service.name)”.")
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
        guard !awaited.contains(service.name) else { return nil }
        let mounts = service.mounts.filter { ($0.type == "volume" || $0.type == "bind") && !$0.isReadOnly }
        if let image = service.image,
            let product = StoreImage.product(
                of: image, commandLine: service.commandLine, hasVolume: !mounts.isEmpty)
        {
            return product
        }
        if let product = mounts.lazy.compactMap({ StoreImage.product(ofDataFolder: $0.target) }).first {
            return product
        }
        guard !routed.contains(service.name) else { return nil }
        return StoreImage.product(ofService: service.name, environment: Set(service.environment.keys))
    }

    /// The named volume for which a service is there, that has nothing to do with the application's own images.
    ///
    /// What shares its image or its image's owner with another service, waits for other services or shares the volume
    /// with them, is the application itself: a store that no deploy replaces would be its old release for ever.
    private func ownVolume(of service: ComposeService) -> String? {
        guard !service.isBuilt, service.dependencies.isEmpty, let image = service.image else { return nil }
        let mounts = service.mounts.filter { $0.type == "volume" && !$0.isReadOnly && !MountedSource.isLog($0.target) }
            .filter { !MountedSource.isCache($0.target) }
        guard !mounts.isEmpty, application.users[image] == 1 else { return nil }
        if let owner = ImageName(image).owner, application.owners.contains(owner) { return nil }
        return mounts.compactMap(\.source).first { !application.volumes.contains($0) }
    }

    /// Whether a service has a database's image and runs once, as what fills another one does; it is said when it does.
    ///
    /// A database that keeps its data in a volume is one, also where the file says `restart: "no"`, Compose's default.
    private mutating func isOneShot(_ service: ComposeService, of product: String) -> Bool {
        guard service.ports.isEmpty, ["no", "on-failure"].contains(service.restartPolicy ?? "no"),
            !OneShot.runsOn(service.commandLine)
        else { return false }
        let keepsData = service.mounts.contains { StoreImage.product(ofDataFolder: $0.target) != nil && !$0.isReadOnly }
        // The health of what prepares others, as Elastic's `setup`, is that it has prepared them.
        let ends =
            OneShot.isNamed(service)
            || (!service.hasHealthCheck && (OneShot.isLikely(service) || service.restartPolicy == "no"))
        guard
            (ends && !keepsData) || OneShot.runsClient(service.commandLine)
                || OneShot.preparesFiles(service.commandLine)
        else { return false }
        findings.add(
            .warning, service, "image",
            "It has the image of a store (\(product)) and looks like a job: it will run once for each release.",
            advice: "State ServiceSettings(kind: .store) for “\(service.name)” if it holds data and runs on.")
        return true
    }

    /// Whether a service runs to its end: stated by `restart: "no"`, or to be seen from what it runs.
    private mutating func endsByItself(_ service: ComposeService) -> Bool {
        guard service.ports.isEmpty, !service.hasHealthCheck else { return false }
        switch service.restartPolicy {
        case "no":
            guard !OneShot.isLikely(service) else { return true }
            findings.add(
                .warning, service, "restart",
                "It says restart: \"no\", so it is a job: it has to end before a release serves, and runs once for it.",
                advice: "Let it restart, or state ServiceSettings(kind: .worker) for “\(service.name)”, if it runs on.")
            return true
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

    /// Moves what a store cannot start without into the stores' project.
    ///
    /// That is a job that prepares its volume, or a peer whose health it waits for. That something else has started is
    /// no reason to keep it from being replaced.
    private mutating func gatherWhatStoresNeed() {
        var waiting = roles.filter { $0.value.isWithStores }.keys.sorted()
        while let name = waiting.popLast() {
            for (dependency, condition) in (model.services[name]?.dependencies ?? [:]).sorted(by: { $0.key < $1.key }) {
                guard let role = roles[dependency], !role.isWithStores else { continue }
                let isNeeded = condition != "service_started" && role.kind != .web
                findings.append(
                    Finding(
                        .note, "services.\(name).depends_on",
                        isNeeded
                            ? "The store needs “\(dependency)” to start, so that runs with the stores, and no deploy replaces "
                                + "it."
                            : "The store does not wait for “\(dependency)”, which each release replaces."))
                guard isNeeded else { continue }
                roles[dependency]?.isWithStores = true
                if role.kind == .worker { roles[dependency]?.kind = .store }
                waiting.append(dependency)
            }
        }
    }
}

extension ServiceRoles {
    /// Refuses a job that prepares the files of a store which does not wait for it: the stores start first.
    private mutating func refuseLatePreparation() {
        for (name, role) in roles.sorted(by: { $0.key < $1.key }) where role.kind == .job && !role.isWithStores {
            guard let job = model.services[name], !awaited.contains(name), OneShot.preparesFiles(job.commandLine)
            else { continue }
            // Other paths of the droplet, as `/etc/localtime`, are nobody's files to prepare.
            let own = job.mounts.filter { !$0.isReadOnly && !MountDecision.isOfTheSystem($0.source ?? "") }
            let sources = Set(own.compactMap(\.source))
            let store = model.services.values.sorted { $0.name < $1.name }.first { other in
                roles[other.name]?.isWithStores == true && job.dependencies[other.name] == nil
                    && other.mounts.contains { !$0.isReadOnly && sources.contains($0.source ?? "") }
            }
            guard let store else { continue }
            findings.add(
                .refusal, job, "command",
                "It prepares files of the store “\(store.name)”, which does not wait for it: the stores start before a "
                    + "release does, so it would come too late.",
                advice: "Write depends_on: { \(name): { condition: service_completed_successfully } } in "
                    + "“\(store.name)”, or leave it out with ServiceSettings(replicas: 0).")
        }
    }
}

/// By what the application's own services are to be told from those of others.
private struct ApplicationTraits {
    /// How many services have an image, by image.
    var users: [String: Int] = [:]
    /// The owners of the images that routes lead to.
    var owners: Set<String> = []
    /// The volumes of services that are built, routed or wait for others.
    var volumes: Set<String> = []

    init(of model: ComposeModel, routed: Set<String>) {
        for service in model.services.values {
            if let image = service.image {
                users[image, default: 0] += 1
                if routed.contains(service.name), let owner = ImageName(image).owner { owners.insert(owner) }
            }
            if service.isBuilt || routed.contains(service.name) || !service.dependencies.isEmpty {
                volumes.formUnion(service.mounts.filter { $0.type == "volume" }.compactMap(\.source))
            }
        }
    }
}
