internal import DeployKit

extension CommandContext {
    /// The context of a command that deploys what a build handed on; this one where it was handed nothing.
    ///
    /// The manifest has to be of the files that are checked out where another environment's images are taken over, and
    /// where this one is to vouch for them: no Compose file meets images of other sources there.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` where the manifest is not to be trusted, and of
    ///   code ``DeployError/Code/image`` where its images are not here.
    func taking(
        _ options: ReleaseOptions, of project: ProjectOptions, isVerifying: Bool = false
    ) async throws -> CommandContext {
        guard let file = options.release else {
            guard !isVerifying else {
                throw DeployError(
                    .refused, "--verified has nothing to say of a release without a manifest",
                    next: "Name the manifest of the build with --release FILE.")
            }
            return self
        }
        guard project.release == nil else {
            throw DeployError(
                .refused, "--version and --release both say what the release is called", next: "Name one of them.")
        }
        let signing = try SigningSettings(from: variables)
        guard !isVerifying || signing.key != nil || signing.publicKey == nil else {
            throw DeployError(
                .refused, "--verified writes the manifest again, and there is no key to sign it with",
                next: "Set DEPLOYKIT_SIGNING_KEY to the private key of DEPLOYKIT_SIGNING_PUBLIC_KEY.")
        }
        let manifest = try ReleaseManifest.open(
            try SignedEnvelope.read(file), for: environment, signing: signing)
        if environment.promotesFrom != nil || isVerifying {
            try manifest.check(against: try await SourceTree.read(project.source.folder, shell: shell))
        }
        if options.load != nil || delivery == .overSSH {
            try await imageBuilder.bring(manifest, archive: options.load)
        }
        var context = self
        context.release = manifest
        return context
    }

    /// Writes that the release that was deployed serves here.
    func verify(_ options: VerificationOptions) throws {
        guard let file = options.verified, var manifest = release else { return }
        manifest.verify(
            in: environment.name, at: AuditSettings.systemTime(), actor: RuntimeSettings.actor(variables),
            runURL: RuntimeSettings.runURL(variables))
        try envelope(of: manifest).write(to: file)
    }

    /// A manifest in its envelope, signed where this run has a key.
    func envelope(of manifest: ReleaseManifest) throws -> SignedEnvelope {
        try SignedEnvelope(
            manifest, type: ReleaseManifest.mediaType, key: try SigningSettings(from: variables).key)
    }

    /// Whether the images of another environment's manifest are deployed, or new ones are built.
    func promotion(of file: String, from tree: SourceTree) throws -> Promotion {
        let signing = try SigningSettings(from: variables)
        do throws(DeployError) {
            let manifest = try ReleaseManifest.open(
                try SignedEnvelope.read(file), for: environment, signing: signing)
            return Promotion(manifest, from: tree, to: environment)
        } catch {
            // Nothing of it is used, so that what is wrong with it costs a build and no more.
            return .build(because: error.message)
        }
    }

    /// How the images travel: as the run says, or else the environment.
    var delivery: ImageDelivery {
        variables["DEPLOYKIT_IMAGES"].flatMap { ImageDelivery(setting: $0) } ?? environment.images
    }

    /// Builds and moves images on this machine; what Docker prints goes to standard error.
    var imageBuilder: ImageBuilder { imageBuilder(log: writeError) }

    /// Builds and moves images on this machine.
    ///
    /// - Parameter log: Writes what Docker prints.
    /// - Returns: The builder.
    func imageBuilder(log: @escaping @Sendable (String) -> Void) -> ImageBuilder {
        ImageBuilder(
            shell: shell,
            logins: { [variables, shell] registries in
                RegistryLogins(
                    user: variables["DEPLOYKIT_REGISTRY_USER"] ?? "",
                    password: Secret(variables["DEPLOYKIT_REGISTRY_PASSWORD"] ?? ""), registries: registries,
                    shell: shell)
            },
            onLine: { line in log("    \(line.printable)\n") })
    }
}
