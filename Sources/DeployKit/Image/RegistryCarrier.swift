/// Lets the droplet pull images from their registries, by digest.
public struct RegistryCarrier: ImageCarrier {
    /// The environment's directory on the droplet.
    let directory: String
    /// The logins of the registries.
    let logins: RegistryLogins
    /// Hears how far it is.
    let progress: @Sendable (ImageProgress) async -> Void

    /// Makes a carrier.
    ///
    /// - Parameters:
    ///   - directory: The environment's directory on the droplet.
    ///   - logins: The logins of the registries. The droplet has one only while it pulls.
    ///   - progress: Hears how far it is.
    public init(
        directory: String,
        logins: RegistryLogins,
        progress: @escaping @Sendable (ImageProgress) async -> Void = { _ in }
    ) {
        self.directory = directory
        self.logins = logins
        self.progress = progress
    }

    /// Brings images to the droplet; returns each one's name with its digest: `ghcr.io/acme/api@sha256:…`.
    ///
    /// Docker compares what it pulls by digest with that digest, the configuration and the layers included.
    public func carry(_ images: [ImagePin], through fenced: any Shell) async throws -> [Digest: String] {
        var references: [Digest: String] = [:]
        var names: [String: String] = [:]
        var registries: Set<String> = []
        for pin in images where references[pin.digest] == nil {
            guard let image = ImageReference(pin.name) else {
                throw DeployError(
                    .refused, "“\(pin.name)” is no name of an image",
                    next: "Write it as Docker does: registry/repository:tag.")
            }
            references[pin.digest] = image.pinned(to: pin.digest)
            names[image.pinned(to: pin.digest)] = pin.name
            registries.insert(image.registry)
        }
        guard !references.isEmpty else { return [:] }
        var input = ""
        var count = 0
        for registry in registries.sorted() {
            guard let login = try await logins.login(for: registry) else { continue }
            input += try login.lines(for: registry)
            count += 1
        }
        let command = ImageScript.pull.command(
            [directory, String(count)] + references.values.sorted(), input: Secret(input), deadline: .seconds(1800))
        let outcome = PullOutcome()
        let result = try await fenced.run(command) { [progress, names] line in
            if let reference = outcome.take(line) { await progress(.pulled(image: names[reference] ?? reference)) }
        }
        try check(outcome, result, names: names, machine: fenced.machine)
        return references
    }

    private func check(
        _ outcome: PullOutcome, _ result: CommandResult, names: [String: String], machine: String
    ) throws(DeployError) {
        if let registry = outcome.refusedBy {
            throw DeployError(
                .image, "\(registry) refused the login from \(machine)", evidence: outcome.evidence,
                next: "Check DEPLOYKIT_REGISTRY_USER and DEPLOYKIT_REGISTRY_PASSWORD, or docker login \(registry).")
        }
        if let reference = outcome.failed.first {
            let all = outcome.failed.map { names[$0] ?? $0 }.list
            throw DeployError(
                .image, "\(machine) could not pull \(all)", evidence: outcome.evidence,
                next: "Run docker pull \(reference) on the droplet to see why; then run the same command again.")
        }
        guard result.isSuccess else {
            throw DeployError(
                .image, "pulling the images on \(machine) failed with status \(result.status)",
                evidence: result.errorOutput.lastLines(5).split(separator: "\n").map(String.init),
                next: "Run the same command again; doctor checks the droplet's Docker.")
        }
    }
}
