public import DeployKit

extension FakeDroplet {
    /// Deploys a release with the library's own rollout, so that a test finds it serving.
    ///
    /// - Parameters:
    ///   - version: Its version; the same one twice is the same release.
    ///   - services: What it consists of; by default one web service for each that the environment routes to.
    ///   - migrations: The changes of the schema that it knows; nil without any.
    ///   - options: What a person allows.
    /// - Returns: How it went.
    /// - Throws: ``DeployError``, as the real rollout does.
    @discardableResult
    public func deploy(
        _ version: String, services: [Service]? = nil, migrations: [Migration]? = nil,
        options: PlanOptions = PlanOptions()
    ) async throws -> RolloutReport {
        var candidate = ReleaseCandidate.fake(version, services: services ?? environment.routedServices)
        candidate.migrations = migrations
        var deployment = deployment
        deployment.options = options
        return try await deployment.deploy(
            candidate,
            as: LeaseOwner(actor: "test", action: "deploy \(version)"))
    }

    /// Rolls back with the library's own rollout.
    ///
    /// - Parameter release: The release; nil for the one before the one that serves.
    /// - Returns: How it went.
    /// - Throws: ``DeployError``, as the real rollout does.
    @discardableResult
    public func rollBack(to release: Release.ID? = nil) async throws -> RolloutReport {
        try await deployment.rollBack(to: release, as: LeaseOwner(actor: "test", action: "rollback"))
    }

    private var deployment: Deployment<ManualClock> {
        var deployment = Deployment(environment: environment, droplet: self, clock: clock, observer: SilentObserver())
        deployment.audit.time = host.time
        return deployment
    }
}

/// Shows nothing of a rollout.
public struct SilentObserver: RolloutObserver {
    /// Makes the observer.
    public init() {}

    /// Does nothing.
    public func observe(_ event: RolloutEvent) async {}
}

extension ReleaseCandidate {
    /// A candidate for a fake droplet, whose images differ from version to version.
    ///
    /// - Parameters:
    ///   - version: Its version.
    ///   - services: Its services, stores included.
    ///   - values: Its environment values, by `service.KEY`.
    /// - Returns: The candidate.
    public static func fake(
        _ version: String, services: [Service], values: [String: Secret] = [:]
    ) -> ReleaseCandidate {
        let stores = services.filter { $0.kind == .store }
        let pins = services.filter { $0.kind != .store }.map { ($0.name, ImagePin.fake($0.name, version: version)) }
        let attachments = stores.map { StoreAttachment(service: $0.name, network: "default", aliases: [$0.name]) }
        let variables = values.map { (key: "DK_" + key(of: $0), value: $1) }
        let environment = EnvironmentFile.text(
            Dictionary(variables, uniquingKeysWith: { first, _ in first }),
            confidential: Set(variables.map(\.key).filter(SecretName.isConfidential)))
        var candidate = ReleaseCandidate(
            version: version, services: services, images: Dictionary(uniqueKeysWithValues: pins),
            environmentValues: values,
            storeSettings: Dictionary(uniqueKeysWithValues: stores.map { ($0.name, Secret($0.name)) }),
            bundle: { release, references, _ in
                ReleaseBundle(
                    release: release, projects: [.blue: "{}", .green: "{}"], environment: environment,
                    attachments: attachments, references: references)
            },
            stores: { digests, salt in
                StoresBundle(
                    services: stores, project: "{}", environment: Secret(""), attachments: attachments,
                    digests: digests, salt: salt)
            })
        candidate.secrets = EnvironmentFile.secrets(in: environment)
        return candidate
    }

    private static func key(of name: String) -> String {
        String(name.map { $0 == "." ? "_" : $0 })
    }
}

extension ImagePin {
    /// The image that ``ReleaseCandidate/fake(_:services:values:)`` gives to a service.
    public static func fake(_ service: String, version: String) -> ImagePin {
        let digest = SHA256.hash(Array("\(service) \(version)".utf8))
        return ImagePin(name: service, digest: digest)
    }
}

extension Environment {
    fileprivate var routedServices: [Service] {
        Set(routes.map(\.service)).sorted().map { name in
            Service(
                name: name, kind: .web, port: services[name]?.port ?? 8080,
                replicas: services[name]?.replicas ?? 1, healthPath: services[name]?.healthPath ?? health.path,
                hasHealthCheck: true)
        }
    }
}
