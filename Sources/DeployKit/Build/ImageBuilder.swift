internal import Synchronization

/// Builds the images of a release with this machine's Docker, and moves them between its engine, files and registries.
package struct ImageBuilder: Sendable {
    /// How the images are built.
    package struct Options: Sendable, Hashable {
        /// Whether they are pushed to their registries.
        package var pushes: Bool
        /// Whether newer base images are looked for.
        package var pulls: Bool
        /// Whether nothing is taken from the cache.
        package var ignoresCache: Bool

        /// Makes options.
        package init(pushes: Bool = false, pulls: Bool = false, ignoresCache: Bool = false) {
            self.pushes = pushes
            self.pulls = pulls
            self.ignoresCache = ignoresCache
        }
    }

    let shell: any Shell
    let logins: @Sendable (Set<String>) -> RegistryLogins
    let onLine: @Sendable (String) async -> Void

    /// Makes a builder.
    ///
    /// - Parameters:
    ///   - shell: Runs `docker` on this machine.
    ///   - logins: The logins, given the registries of the application's own images.
    ///   - onLine: Hears what Docker prints.
    package init(
        shell: any Shell, logins: @escaping @Sendable (Set<String>) -> RegistryLogins,
        onLine: @escaping @Sendable (String) async -> Void
    ) {
        self.shell = shell
        self.logins = logins
        self.onLine = onLine
    }

    /// Builds the services with `build:`, and pulls the images of the others that a release replaces.
    ///
    /// - Parameters:
    ///   - model: The Compose project, as it was read from `source`.
    ///   - source: Where the project is from.
    ///   - environment: Says what of it is replaced with each release.
    ///   - labels: The labels of the images.
    ///   - options: How they are built.
    ///   - judge: Looks at the images by their names, once all are here and before one is pushed; what it throws ends
    ///     the build.
    /// - Returns: The image of each service.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/image`` where Docker does not build, pull or push one.
    package func build(
        _ model: ComposeModel, of source: ComposeSource, for environment: Environment, labels: BuildLabels,
        options: Options, judge: ([String]) async throws -> Void = { _ in }
    ) async throws -> [String: ReleaseManifest.Image] {
        let application = ComposeSplit.split(model, for: environment)
        let names = application.releaseImages
        let built = Set(application.builtImages.keys).intersection(names.keys)
        let project = BuildProject(model, wanted: built, labels: labels)
        if !project.services.isEmpty { try await compose(project, of: source, options) }
        let registries = RegistryLogins.registries(of: names, built: built)
        let others = names.filter { !built.contains($0.key) }
        let here = try await options.pulls ? [:] : identities(of: others)
        try await transfer(
            "pull", Set(others.values).filter { here[$0] == nil }.sorted(), registries: registries)
        let pins = try await ImagePinner(engine: shell).pin(names, built: built).pins
        try await judge(Set(names.values).sorted())
        if options.pushes {
            let own = Set(names.filter { built.contains($0.key) }.values)
            try await transfer("push", own.sorted(), registries: registries)
        }
        var images: [String: ReleaseManifest.Image] = [:]
        for (service, pin) in pins {
            let isInRegistry = options.pushes || !built.contains(service)
            let digest = try await isInRegistry ? registryDigest(of: pin.name) : nil
            images[service] = ReleaseManifest.Image(name: pin.name, identity: pin.digest, digest: digest)
        }
        return images
    }

    /// Brings the images of a manifest into this machine's engine, and checks that they are what it says.
    ///
    /// - Parameters:
    ///   - manifest: The manifest.
    ///   - archive: A file that ``save(_:to:)`` wrote; what is neither there nor here is pulled from its registry.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/image`` which names each image that is not there, or another.
    package func bring(_ manifest: ReleaseManifest, archive: String?) async throws {
        let names = manifest.images.mapValues(\.name)
        if let archive {
            try await docker(
                ["load", "--input", archive], failure: "the images of \(archive) could not be loaded")
        }
        var here = try await identities(of: names)
        let missing = Set(manifest.images.values).filter { here[$0.name] != $0.identity && $0.reference != nil }
        if !missing.isEmpty {
            let pairs = missing.compactMap { image in image.reference.map { ($0, image.name) } }.sorted { $0 < $1 }
            try await transfer(
                "pull", pairs.map { $0.0 }, registries: RegistryLogins.registries(of: names, built: []))
            // A name that is a digest is the image's without being given.
            let named = pairs.filter { ImageReference($0.1)?.digest == nil }.flatMap { [$0.0, $0.1] }
            if !named.isEmpty { try await shell.output(of: ImageScript.name.command(named)) }
            here = try await identities(of: names)
        }
        let found = names.compactMapValues { name in here[name].map { ImagePin(name: name, digest: $0) } }
        _ = try manifest.pins(of: found, delivery: .overSSH)
    }

    /// Writes the images of a manifest, and nothing else, into one file, as `docker save` does.
    package func save(_ manifest: ReleaseManifest, to archive: String) async throws {
        // A name without a tag would be the images of all its tags.
        let names = Set(manifest.images.values.map { ImageReference($0.name)?.taggedName ?? $0.name }).sorted()
        try await docker(
            ["save", "--output", archive] + names, failure: "the images could not be saved to \(archive)")
    }

    private func compose(_ project: BuildProject, of source: ComposeSource, _ options: Options) async throws {
        var whole = source
        whole.files = ["-"]
        whole.projectDirectory = source.folder
        whole.profiles = []
        var arguments = ["compose"] + whole.options + ["build"]
        if options.pulls { arguments.append("--pull") }
        if options.ignoresCache { arguments.append("--no-cache") }
        try await docker(
            arguments + project.services, input: project.text,
            failure: "Docker did not build \(project.services.list)")
    }

    private func transfer(_ verb: String, _ images: [String], registries: Set<String>) async throws {
        guard !images.isEmpty else { return }
        let logins = self.logins(registries)
        let byRegistry = Dictionary(grouping: images) { ImageReference($0)?.registry ?? "" }
        for (registry, images) in byRegistry.sorted(by: { $0.key < $1.key }) {
            // Without a login of the run, Docker takes what it has itself.
            let login = try logins.ownLogin(for: registry)?.lines(for: registry)
            let command = ImageScript.transfer.command(
                [verb, login == nil ? "" : "login"] + images, input: Secret(login ?? ""), deadline: .seconds(3600))
            try await follow(command, "Docker could not \(verb) \(images.list)")
        }
    }

    private func docker(_ arguments: [String], input: Secret = Secret(""), failure: String) async throws {
        let command = ImageScript.follow.command(["docker"] + arguments, input: input, deadline: .seconds(3600))
        try await follow(command, failure)
    }

    private func follow(_ command: Command, _ failure: String) async throws {
        let last = Mutex<[String]>([])
        let result = try await shell.run(command) { [onLine] line in
            last.withLock { $0 = $0.suffix(19) + [line] }
            await onLine(line)
        }
        guard result.isSuccess else {
            throw DeployError(
                .image, "\(failure): status \(result.status)", evidence: last.withLock { $0 },
                next: "Mend what Docker says, then run the same command again.")
        }
    }

    private func identities(of names: [String: String]) async throws -> [String: Digest] {
        try await ImagePinner.identities(of: Set(names.values).sorted(), in: shell)
    }

    /// What an image is in the registry that it was pushed to or pulled from; nil where it was neither.
    private func registryDigest(of name: String) async throws -> Digest? {
        let wanted = ImageReference(name)
        let output = try await shell.output(of: ImageScript.digests.command([name]))
        return output.split(separator: "\n").compactMap { ImageReference($0) }
            .first { $0.registry == wanted?.registry && $0.repository == wanted?.repository }?.digest
    }
}
