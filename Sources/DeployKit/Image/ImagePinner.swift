/// Finds out at plan time what each image is, and changes nothing.
public struct ImagePinner: Sendable {
    /// Where the images are looked for.
    enum Source: Sendable {
        /// In this machine's Docker engine.
        case engine(any Shell)
        /// In the registries that their names lead to.
        case registry(RegistryClient)
    }

    let source: Source

    /// Makes a pinner for images that travel from this machine's Docker engine.
    ///
    /// - Parameter engine: Runs `docker` on this machine.
    public init(engine: any Shell) {
        self.source = .engine(engine)
    }

    /// Makes a pinner for images that the droplet pulls.
    public init(registry: RegistryClient) {
        self.source = .registry(registry)
    }

    /// Pins images.
    ///
    /// - Parameters:
    ///   - images: The name of each service's image.
    ///   - built: The services whose image Compose builds from the project.
    /// - Returns: A pin for each service, and what a person should know of the images.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/image`` which names each image that was not found, the
    ///   services that run it, where it was looked for, and what to type.
    public func pin(_ images: [String: String], built: Set<String>) async throws -> PinnedImages {
        let requested = RequestedImage.list(images, built: built)
        let invalid = requested.filter { ImageReference($0.name) == nil }
        guard invalid.isEmpty else {
            throw DeployError(
                .refused,
                invalid.map { "services.\($0.services[0]).image: “\($0.name)” is no name of an image" }
                    .joined(separator: "; "),
                next: "Write it as Docker does: registry/repository:tag.")
        }
        let digests: [String: Digest]
        let findings: [Finding]
        switch source {
        case .engine(let shell):
            digests = try await Self.identities(of: requested, in: shell)
            findings = RequestedImage.findings(requested, delivery: .overSSH)
        case .registry(let client):
            digests = try await Self.digests(of: requested, with: client)
            findings = RequestedImage.findings(requested, delivery: .registry)
        }
        let pins = images.compactMapValues { name in digests[name].map { ImagePin(name: name, digest: $0) } }
        return PinnedImages(pins: pins, findings: findings)
    }

    /// The identities of images in a machine's engine, by name, read in one command; those that it has not are left out.
    ///
    /// With containerd's store, Docker 29's default, an identity is the digest of a manifest or an index; else it is
    /// that of the configuration. Either covers all that the image is; ``SavedImage`` leads from one to the other.
    static func identities(of names: [String], in engine: any Shell) async throws -> [String: Digest] {
        guard !names.isEmpty else { return [:] }
        let result = try await engine.run(ImageScript.identify.command(names))
        guard result.isSuccess else {
            throw DeployError(
                .image, "Docker does not answer on \(engine.machine), where the images are",
                evidence: result.errorOutput.lastLines(3).split(separator: "\n").map(String.init),
                next: "Start Docker there, then run the same command again.")
        }
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        return Dictionary(
            zip(names, lines).compactMap { name, line in Digest(line).map { (name, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    private static func identities(
        of images: [RequestedImage], in engine: any Shell
    ) async throws -> [String: Digest] {
        let digests = try await identities(of: images.map(\.name), in: engine)
        let missing = images.filter { digests[$0.name] == nil }
        guard missing.isEmpty else {
            let built = missing.filter(\.isBuilt).flatMap(\.services)
            let pulled = missing.filter { !$0.isBuilt }.flatMap(\.services)
            let commands =
                (built.isEmpty ? [] : ["docker compose build \(built.joined(separator: " "))"])
                + (pulled.isEmpty ? [] : ["docker compose pull \(pulled.joined(separator: " "))"])
            throw Self.notFound(missing, in: "the Docker engine of \(engine.machine)", next: commands)
        }
        return digests
    }

    private static func digests(
        of images: [RequestedImage], with client: RegistryClient
    ) async throws -> [String: Digest] {
        let found = try await withThrowingTaskGroup(of: (String, Digest?).self) { group in
            for image in images {
                guard let reference = ImageReference(image.name) else { continue }
                group.addTask {
                    do {
                        return (image.name, try await client.digest(of: reference))
                    } catch var error as DeployError {
                        error.message += "; it is the image of \(image.services.list)"
                        throw error
                    }
                }
            }
            var found: [String: Digest] = [:]
            for try await (name, digest) in group { found[name] = digest }
            return found
        }
        let missing = images.filter { found[$0.name] == nil }
        guard missing.isEmpty else {
            let registries = Set(missing.compactMap { ImageReference($0.name)?.registry }).sorted().list
            let built = missing.filter(\.isBuilt).flatMap(\.services)
            throw Self.notFound(
                missing, in: registries,
                next: built.isEmpty
                    ? ["docker pull \(missing[0].name), to see what the registry says"]
                    : ["docker compose push \(built.joined(separator: " "))"])
        }
        return found
    }

    private static func notFound(_ images: [RequestedImage], in place: String, next: [String]) -> DeployError {
        let lines = images.map { image in
            "\(image.name), of \(image.services.count == 1 ? "service" : "services") \(image.services.list)"
        }
        return DeployError(
            .image,
            images.count == 1
                ? "the image \(lines[0]) is not in \(place)" : "\(images.count) images are not in \(place)",
            evidence: images.count == 1 ? [] : lines,
            next: next.joined(separator: "; then "))
    }
}
