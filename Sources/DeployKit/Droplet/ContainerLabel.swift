/// The labels by which DeployKit knows its own containers on a droplet.
package enum ContainerLabel {
    /// The environment: ``Environment/scope``; on the containers of releases and of stores.
    package static let scope = "deploykit.scope"
    /// The slot; on the containers of releases only.
    package static let slot = "deploykit.slot"
    /// The release; on the containers of releases only.
    package static let release = "deploykit.release"
    /// The kind of the service, as ``ServiceKind`` writes it; on the containers of releases and of stores.
    package static let kind = "deploykit.kind"
    /// A digest of all networks of a slot and of who is attached to them; on each of those networks.
    package static let networks = "deploykit.networks"
}

extension Environment {
    /// The Compose project of the stores.
    package var storesProject: String { scope }

    /// The Compose project of the release in a slot.
    package func project(of slot: Slot) -> String { "\(scope)-\(slot.rawValue)" }
}
