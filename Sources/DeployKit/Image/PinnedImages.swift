/// The images of an application, fixed by their content.
public struct PinnedImages: Sendable, Hashable {
    /// The image of each service.
    public var pins: [String: ImagePin]
    /// What a person should know about them.
    public var findings: [Finding]

    /// Makes the result.
    public init(pins: [String: ImagePin], findings: [Finding] = []) {
        self.pins = pins
        self.findings = findings
    }
}

/// An image of a Compose file that is to be pinned, with the services that run it.
struct RequestedImage: Sendable, Hashable {
    /// Its name in the file, or the one that Compose gives to what it builds.
    var name: String
    /// The services, in order.
    var services: [String]
    /// Whether Compose builds it from the project.
    var isBuilt: Bool

    /// The images of services, in the order of their names.
    static func list(_ images: [String: String], built: Set<String>) -> [RequestedImage] {
        Dictionary(grouping: images.keys.sorted(), by: { images[$0] ?? "" })
            .map { RequestedImage(name: $0.key, services: $0.value, isBuilt: !built.isDisjoint(with: $0.value)) }
            .sorted { $0.name < $1.name }
    }

    /// What is to be said of names whose content changes.
    static func findings(_ images: [RequestedImage], delivery: ImageDelivery) -> [Finding] {
        let moving = images.filter { ImageReference($0.name)?.isMoving == true }
        var findings = moving.filter { !$0.isBuilt }.map { image in
            Finding(
                .warning, "services.\(image.services[0]).image",
                "\(image.name) is another image whenever its maker says so; this release is pinned to what it is now",
                advice: "Write the version that you tested as its tag.")
        }
        let own = moving.filter(\.isBuilt)
        if !own.isEmpty, delivery == .registry {
            findings.append(
                Finding(
                    .note, "images",
                    "\(own.map(\.name).list): the tag latest is only where the digest is read; the digest is deployed"))
        }
        return findings
    }
}
