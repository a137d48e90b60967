internal import DeployKit

extension CommandContext {
    /// The context of a process: its environment variables, its standard streams, a droplet over SSH.
    static func live(_ environment: Environment, variables: [String: String]) -> CommandContext {
        let alerts = AlertSettings(from: variables)
        let programs = LivePrograms(shell: LocalShell(), transport: CurlTransport())
        var context = CommandContext(
            environment: environment,
            variables: variables,
            isTerminal: DeployCommands.isTerminal(1) && showsLive(variables),
            write: { writeText($0, to: 1) },
            writeError: { writeText($0, to: 2) },
            droplet: programs,
            candidates: programs,
            runnerFindings: { environment in
                let problems = alerts.problems.map { Finding(.warning, "alerts", $0) }
                return await Doctor(runner: programs.shell, environment: environment).findings() + problems
            }
        )
        context.transport = programs.transport
        context.notifiers = alerts.notifiers(over: programs.transport)
        if let deployments = GitHubDeploymentNotifier(
            from: variables, environment: environment, transport: programs.transport)
        {
            context.notifiers.append(deployments)
        }
        // Its runner reads both streams over pipes of their own. Where they are one, or a file, somebody else reads them.
        if isPipe(2, apartFrom: 1) { context.maskWriter = { writeText($0, to: 2) } }
        return context
    }
}

extension CommandContext {
    /// Whether lines may be rewritten in place: not for a machine that only looks like a terminal.
    static func showsLive(_ variables: [String: String]) -> Bool {
        variables["TERM"] != "dumb" && ["", "false", "0"].contains(variables["CI"] ?? "")
    }
}

/// The real world behind the commands: this machine's programs, and the droplet that the run's settings name.
struct LivePrograms: DropletAccess, CandidateSource {
    let shell: any Shell
    let transport: any HTTPTransport
    /// The registries that the run's login is for, once the candidate is read.
    let registries = OwnRegistries()

    func withDroplet<Result: Sendable>(
        _ context: CommandContext,
        _ body: @escaping @Sendable (any Droplet) async throws -> Result
    ) async throws -> Result {
        let settings = try RuntimeSettings(from: context.variables)
        let environment = settings.applied(to: context.environment)
        let carrier: any ImageCarrier =
            switch environment.images {
            case .overSSH:
                LayerCarrier(
                    application: environment.application, directory: ShellDroplet.directory(of: environment),
                    engine: shell, progress: { context.writeError("    \($0)\n") })
            case .registry:
                RegistryLoginCarrier(
                    directory: ShellDroplet.directory(of: environment), settings: settings, registries: registries,
                    shell: shell)
            }
        return try await SSHShell.withConnection(SSHSettings(settings)) { connection in
            try await body(
                ShellDroplet(
                    shell: connection, environment: environment, carrier: carrier, transport: transport,
                    certificateAuthorities: settings.certificateAuthorities))
        }
    }

    func candidate(_ project: ProjectOptions, context: CommandContext) async throws -> ReleaseCandidate {
        let settings = try RuntimeSettings(from: context.variables)
        let environment = settings.applied(to: context.environment)
        let source = project.source
        async let version = ReleaseVersion.find(
            option: context.release?.version ?? project.release, variables: context.variables, shell: shell,
            folder: source.folder)
        let compose = ComposeClient(shell: shell)
        let model = try await compose.model(of: source)
        let facts = try await compose.facts(of: model.imageNames)
        let application = ComposeSplit.split(model, for: environment, images: facts)
        guard application.refusals.isEmpty else {
            // Nothing is looked up for a project that is not deployed anyway.
            return try ReleaseCandidate(application, images: [:], version: try await version, environment: environment)
        }
        let names =
            try context.release?.names(for: application.releaseImages, delivery: environment.images)
            ?? application.releaseImages
        let built = Set(application.builtImages.keys)
        var pinned = try await pinner(names, built: built, environment: environment, settings: settings)
            .pin(names, built: built)
        if let release = context.release {
            pinned.pins = try release.pins(of: pinned.pins, delivery: environment.images)
        }
        var candidate = try ReleaseCandidate(
            application, images: pinned.pins, version: try await version, environment: environment)
        candidate.findings += pinned.findings
        await candidate.addMigrations(for: environment, beside: source, shell: shell)
        return candidate
    }

    private func pinner(
        _ images: [String: String], built: Set<String>, environment: Environment, settings: RuntimeSettings
    ) -> ImagePinner {
        guard case .registry = environment.images else { return ImagePinner(engine: shell) }
        let own = RegistryLogins.registries(of: images, built: built)
        registries.set(own)
        let logins = RegistryLogins(
            user: settings.registryUser, password: settings.registryPassword, registries: own, shell: shell)
        return ImagePinner(
            registry: RegistryClient(
                transport: transport, logins: logins, insecureRegistries: settings.insecureRegistries))
    }
}
