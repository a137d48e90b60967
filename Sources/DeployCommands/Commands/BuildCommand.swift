internal import ArgumentParser
internal import DeployKit

/// Builds the images of a release, or takes over those that another environment verified.
struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build the services with build: in the Compose file, and write down what the release is.",
        discussion:
            "deploy --release takes the manifest, here or in another job. With --promote nothing is built where "
            + "another environment verified images of the same files.")

    @OptionGroup var project: ProjectOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var handover: HandoverOptions

    @Flag(help: "Push the images to their registries, for a droplet that pulls them.")
    var push = false

    @Flag(help: "Build from files that no commit has; no other environment takes over what comes of it.")
    var allowDirty = false

    @Flag(help: "Look for newer base images.")
    var pull = false

    @Flag(help: "Take nothing from the cache.")
    var noCache = false

    func run() async throws {
        let context = try CommandContext.active
        let start = ContinuousClock.now
        let tree = try await SourceTree.read(project.source.folder, shell: context.shell)
        context.workflow?.set("tree", tree.tree)
        var reason = ""
        switch try await verified(tree, in: context) {
        case nil: break
        case .failure(let missing): reason = missing.reason
        case .success(let verified):
            switch try context.promotion(of: verified.manifest, from: tree) {
            case .promote(let manifest):
                try await takeOver(manifest, from: verified, in: context)
                return show(manifest, isTakenOver: true, after: start.duration(to: .now), in: context)
            case .build(let words): reason = words
            }
        }
        if !reason.isEmpty { say("Builds, since \(reason).", in: context) }
        let manifest = try await build(tree, since: start, in: context)
        show(manifest, because: reason, after: start.duration(to: .now), in: context)
    }

    /// What could be taken over, or why there is nothing; nil where nobody asked.
    private func verified(
        _ tree: SourceTree, in context: CommandContext
    ) async throws -> Result<VerifiedArtifact, VerifiedArtifact.Missing>? {
        guard let file = handover.promote else { return nil }
        guard file == VerifiedArtifact.option else {
            return .success(VerifiedArtifact(manifest: file, archive: handover.load))
        }
        return try await VerifiedArtifact.download(of: tree, in: context)
    }

    private func takeOver(
        _ manifest: ReleaseManifest, from verified: VerifiedArtifact, in context: CommandContext
    ) async throws {
        let isPullable = context.delivery == .overSSH && manifest.images.values.allSatisfy { $0.digest != nil }
        try await grouped("Images of release \(manifest.version)", in: context) { builder, _ in
            if verified.archive != nil || handover.save != nil || isPullable {
                try await builder.bring(manifest, archive: verified.archive)
            }
            if let archive = handover.save { try await builder.save(manifest, to: archive) }
        }
        // As it is, with the signature of who vouched for it.
        if let copy = handover.manifest { try SignedEnvelope.read(verified.manifest).write(to: copy) }
    }

    private func build(
        _ tree: SourceTree, since start: ContinuousClock.Instant, in context: CommandContext
    ) async throws -> ReleaseManifest {
        guard tree.isClean || allowDirty || handover.manifest == nil else {
            throw DeployError(
                .refused, "the working tree is not its commit, so that a manifest would name the wrong source",
                evidence: tree.changedFiles.prefix(20).map { "differs or is unknown to git: \($0)" },
                next: "Commit these files, or have git ignore them; --allow-dirty builds what no other environment "
                    + "takes over.")
        }
        // Read before the build, which takes long: a key that cannot be read is refused at once.
        let signing = try SigningSettings(from: context.variables)
        let source = project.source
        let found = try await ReleaseVersion.find(
            option: project.release, variables: context.variables, shell: context.shell,
            folder: source.folder)
        let version = tree.isClean ? found : found + ReleaseManifest.dirtySuffix
        guard Release.ID(rawValue: version) != nil else {
            throw DeployError(.refused, "“\(version)” is no version of a release", next: "Name it with --version.")
        }
        let model = try await ComposeClient(shell: context.shell).model(of: source)
        context.secrets.learn(model.variableValues.filter { SecretName.isConfidential($0.key) }.map(\.value))
        let labels = BuildLabels(
            tree: tree, version: version,
            source: BuildLabels.source(context.variables, remote: await remote(source, context.shell)))
        var manifest = ReleaseManifest(
            application: context.environment.application, version: version, commit: tree.commit, tree: tree.tree,
            builtAt: 0, actor: RuntimeSettings.actor(context.variables),
            runURL: RuntimeSettings.runURL(context.variables), images: [:])
        try await grouped("Build of release \(version)", in: context) { builder, log in
            manifest.images = try await builder.build(
                model, of: source, for: context.environment, labels: labels,
                options: ImageBuilder.Options(pushes: push, pulls: pull, ignoresCache: noCache)
            ) { images in
                try await context.judge(images, of: source, log: log)
            }
            manifest.builtAt = AuditSettings.systemTime()
            manifest.milliseconds = start.duration(to: .now).milliseconds
            if let archive = handover.save { try await builder.save(manifest, to: archive) }
        }
        if let file = handover.manifest {
            try SignedEnvelope(manifest, type: ReleaseManifest.mediaType, key: signing.key).write(to: file)
        }
        return manifest
    }

    /// Lets Docker work, what it prints in a group where GitHub shows the log to people.
    private func grouped(
        _ title: String, in context: CommandContext,
        _ body: (_ builder: ImageBuilder, _ log: @escaping @Sendable (String) -> Void) async throws -> Void
    ) async throws {
        guard let workflow = context.workflow, format.output == .text else {
            return try await body(context.imageBuilder, context.writeError)
        }
        workflow.open(title)
        defer { workflow.close() }
        // On the stream of the group's own marks: the runner reads each of the two by itself.
        try await body(context.imageBuilder(log: context.write), context.write)
    }

    private func remote(_ source: ComposeSource, _ shell: any Shell) async -> String {
        let git = Command(["git", "-C", source.folder, "remote", "get-url", "origin"], deadline: .seconds(10))
        guard let result = try? await shell.run(git), result.isSuccess else { return "" }
        return result.output
    }

    private func show(
        _ manifest: ReleaseManifest, isTakenOver: Bool = false, because reason: String = "", after duration: Duration,
        in context: CommandContext
    ) {
        let word = isTakenOver ? context.environment.promotesFrom.flatMap(manifest.verification) : nil
        context.workflow?.add { $0.build(manifest, takenOverBy: word, because: reason, after: duration) }
        context.write(
            format.output == .json
                ? JSONText.pretty(manifest)
                : ManifestText.render(manifest, promotedFrom: context.environment.promotesFrom))
    }

    /// Says something that is no part of what programs read.
    private func say(_ text: String, in context: CommandContext) {
        format.output == .json ? context.writeError(text + "\n") : context.write(text + "\n")
    }
}

/// What a build takes over, and what it hands on.
struct HandoverOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Write the release manifest here, for deploy --release.", valueName: "file"))
    var manifest: String?

    @Option(help: ArgumentHelp("Save exactly these images here, for deploy --load.", valueName: "file"))
    var save: String?

    @Option(
        help: ArgumentHelp(
            "Build nothing where the environment that this one takes over from verified this manifest, and its files "
                + "are those that are checked out; `github` looks for it among the artifacts of the repository.",
            valueName: "file"))
    var promote: String?

    @Option(help: ArgumentHelp("The archive with the images of --promote.", valueName: "file"))
    var load: String?

    func validate() throws {
        if load != nil, promote == nil { throw ValidationError("--load has the images of a --promote FILE") }
    }
}
