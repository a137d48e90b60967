/// An application as its Compose project describes it, split into stores and what each release replaces.
///
/// Made by ``ComposeSplit``. It holds environment values, so it stays in memory; what is rendered from it keeps them
/// apart.
public struct ComposeApplication: Sendable {
    /// The services of all kinds, by name; what only prepares a store is not among them.
    public let services: [Service]
    /// The image of each of them, by its name in the file or the one that Compose gives to what it builds.
    public let images: [String: String]
    /// What a person should know before a deploy, in the order of the file.
    public let findings: [Finding]
    /// The stores that must run before a release starts, with the strictest condition that a service has of each:
    /// `service_healthy` or `service_started`.
    public let storeConditions: [String: String]
    /// The names under which a release finds the stores in its slot's networks.
    public let storeAttachments: [StoreAttachment]

    let plans: [String: ServicePlan]
    let model: ComposeModel

    /// The findings that stop a deploy.
    public var refusals: [Finding] { findings.filter { $0.severity == .refusal } }

    /// The images of the services that a release replaces, by service.
    public var releaseImages: [String: String] {
        images.filter { name, _ in services.contains { $0.name == name && $0.kind != .store } }
    }

    /// The images that Compose builds from the project, by service.
    public var builtImages: [String: String] {
        images.filter { model.services[$0.key]?.isBuilt == true }
    }

    /// The name of the stores' project on the droplet.
    public static func storesProjectName(scope: String) -> String { scope }

    /// The name of a slot's project on the droplet.
    public static func releaseProjectName(scope: String, slot: Slot) -> String { "\(scope)-\(slot.rawValue)" }

    /// The name of a slot's copy of a network of the Compose file.
    public static func networkName(_ network: String, scope: String, slot: Slot) -> String {
        "\(releaseProjectName(scope: scope, slot: slot))_\(network)"
    }
}

/// What the split decided of one service.
struct ServicePlan: Sendable {
    /// The service, as the file has it.
    var source: ComposeService
    /// The service, as a deployment sees it.
    var service: Service
    /// Its kind, and in which project it is.
    var role: ServiceRole
    /// The published ports that stay as they are.
    var ports: [PublishedPort]
    /// Its networks.
    var network: NetworkDecision
    /// What it mounts.
    var mounts: [MountDecision]
}
