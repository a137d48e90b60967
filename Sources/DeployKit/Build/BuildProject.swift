/// The part of a Compose project that is built, with labels, as a project of its own for `docker compose build`.
///
/// The Compose file stays as it is: what Compose read of it goes back to Compose, `build` untouched but for labels and
/// one build argument.
struct BuildProject: Sendable, Hashable {
    /// The services whose images a release needs, in order.
    let services: [String]
    /// The project as JSON; it may hold build arguments that are secrets, and is only sent over standard input.
    let text: Secret

    /// Makes the project.
    ///
    /// - Parameters:
    ///   - model: The Compose project.
    ///   - wanted: The services whose images a release needs.
    ///   - labels: The labels of each image; they win over those of the file.
    init(_ model: ComposeModel, wanted: Set<String>, labels: BuildLabels) {
        // Also those that are not wanted: one that is may be built on top of them.
        let built = model.services.filter { $0.value.isBuilt }
        services = built.keys.filter(wanted.contains).sorted()
        let project: JSONValue = [
            "name": .string(model.project),
            "services": .object(built.mapValues { Self.service($0, labels: labels) }),
            "secrets": .object(model.secrets),
        ]
        text = Secret(project.mapStrings(keys: true) { $0.doublingDollars() }.compactText)
    }

    private static func service(_ service: ComposeService, labels: BuildLabels) -> JSONValue {
        var build = service.value["build"]?.members ?? [:]
        let own = labels.labels(of: service.name).mapValues { JSONValue.string($0) }
        build["labels"] = .object((build["labels"]?.members ?? [:]).merging(own) { $1 })
        // BuildKit gives this time to all it makes; the builder before it does not know it.
        let epoch = ["SOURCE_DATE_EPOCH": JSONValue.string(String(labels.tree.committedAt))]
        build["args"] = .object((build["args"]?.members ?? [:]).merging(epoch) { file, _ in file })
        var value: [String: JSONValue] = ["build": .object(build)]
        // Without a name, Compose makes one of the project's name, which is the same here.
        for key in ["image", "platform"] { value[key] = service.value[key] }
        return .object(value)
    }
}
