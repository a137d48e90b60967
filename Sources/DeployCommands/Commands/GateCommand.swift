internal import ArgumentParser
internal import DeployKit
internal import FoundationEssentials

/// Runs the environment's gates.
struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Run the environment's quality and security gates, side by side, on what is checked out.",
        discussion: "A gate whose tool is not installed fails, with the command that installs it. "
            + "What the gates run gets none of this process's secrets. "
            + "Images are looked at by build, before they leave its machine.")

    @Option(help: "The folder of the Compose project; the current one by default.")
    var projectDirectory: String?

    @Option(help: "How many gates run at once; by default as many as there are processors.")
    var jobs: Int?

    @Option(
        help: ArgumentHelp("Run only this gate; again for each. A record of it is no record of all.", valueName: "gate")
    )
    var only: [String] = []

    @Option(
        help: ArgumentHelp(
            "The commit that migrations are compared with; by default the last one that was deployed as GitHub says, "
                + "what a push came on top of, or the one before."))
    var base: String?

    @OptionGroup var schema: SchemaOptions

    @Option(
        help: ArgumentHelp("Write a record that deploy trusts, signed with DEPLOYKIT_SIGNING_KEY.", valueName: "file"))
    var record: String?

    @Option(help: ArgumentHelp("Write the results as JUnit XML.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Write the results as SARIF 2.1.0.", valueName: "file"))
    var sarif: String?

    @OptionGroup var format: OutputOptions

    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("--jobs is at least 1") }
    }

    func run() async throws {
        let context = try CommandContext.active
        let gates = try selected(of: context.environment)
        let keys = try signingKeys(context)
        let before = record == nil ? nil : try await cleanSource(context)
        let results = try await results(of: gates, context).map { $0.redacted(by: context.secrets) }
        try await report(results, context)
        show(results, context)
        let failed = results.filter(\.outcome.isFailure)
        do {
            if let record, let before {
                try await write(results, to: record, signedWith: keys.key, before: before, in: context)
            }
        } catch  where !failed.isEmpty {
            // That a gate failed is what the person has to hear of.
            context.writeError("warning: \(DeployError(error).message)\n")
        }
        guard !failed.isEmpty else { return }
        guard format.output == .text else { throw ExitCode(DeployError.Code.gate.exitCode) }
        throw DeployError(
            .gate,
            "\(failed.count) of \(results.count) \(results.count == 1 ? "gate" : "gates") failed: \(failed.map(\.name).list)",
            next: "Mend what is said above; \(context.commandName) gate --only \(failed[0].name) runs one alone.")
    }

    private func selected(of environment: Environment) throws -> [Gate] {
        let gates = environment.gates.gates
        guard !gates.isEmpty else {
            throw DeployError(
                .refused, "\(environment.scope) has no gates", next: "Give its environment a GatePolicy.")
        }
        let unknown = only.filter { name in !gates.contains { $0.name == name } }
        guard unknown.isEmpty else {
            throw DeployError(
                .refused, "\(environment.scope) has no gate \(unknown.list)",
                next: "Its gates are \(gates.map(\.name).list).")
        }
        return only.isEmpty ? gates : gates.filter { only.contains($0.name) }
    }

    private func signingKeys(_ context: CommandContext) throws -> SigningSettings {
        let keys = try SigningSettings(from: context.variables)
        if record != nil, keys.key == nil, context.environment.requiresGates {
            throw DeployError(
                .refused,
                "DEPLOYKIT_SIGNING_KEY is not set: \(context.environment.name) takes no record without its signature",
                next: "Make a pair of keys with audit keygen, and set it in the environment of this run.")
        }
        return keys
    }

    /// What is checked out, where it is exactly a commit.
    private func cleanSource(_ context: CommandContext) async throws -> SourceTree {
        let source = try await SourceTree.read(projectDirectory, shell: context.shell)
        guard source.isClean else {
            throw DeployError(
                .refused, "the files are not those of commit \(source.commit.prefix(12)), so no record is made of them",
                evidence: source.changedFiles.prefix(10).map { "changed: \($0)" },
                next: "Commit them, or run the gates without --record.")
        }
        return source
    }

    private func results(of gates: [Gate], _ context: CommandContext) async throws -> [GateResult] {
        var options = GateOptions(jobs: jobs)
        options.allowedContracts = try schema.allowed(context.variables)
        options.base = base
        if base == nil, gates.contains(where: { $0.runner == .migrations }) {
            options.base = await context.comparedCommit(in: projectDirectory)
        }
        let source = ComposeSource(projectDirectory: projectDirectory)
        let run = GateRun(
            context.environment, of: source, shell: context.shell, variables: context.variables, options: options)
        let shows = format.output == .text
        return try await run.run(gates) { event in
            guard shows else { return }
            context.write(GateText.line(event))
        }
    }

    private func show(_ results: [GateResult], _ context: CommandContext) {
        guard format.output == .text else {
            context.write(JSONText.pretty(GateReport(results, scope: context.environment.scope)))
            return
        }
        for result in results where result.outcome.isFailure {
            let details = GateText.details(result)
            if let workflow = context.workflow, !details.isEmpty {
                workflow.open(GateText.heading(result))
            } else {
                context.workflow?.close()
                context.write("\n\(GateText.heading(result))\n")
            }
            context.write(details)
        }
        context.workflow?.close()
        context.write("\n" + GateText.table(results))
    }

    /// Tells GitHub, and writes the files that were asked for.
    private func report(_ results: [GateResult], _ context: CommandContext) async throws {
        let isPlaced = sarif != nil || context.workflow != nil
        let prefix = isPlaced ? await context.prefix(of: projectDirectory) : ""
        context.workflow?.report(results, prefix: prefix)
        if let junit {
            try write(JUnitReport.render(results, name: context.environment.scope), to: junit)
        }
        if let sarif {
            try write(SARIFReport.render(results, prefix: prefix), to: sarif)
        }
    }

    private func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw DeployError(
                .refused, "\(path) cannot be written: \(error)",
                next: "Name another file, or free space on this machine.")
        }
    }

    private func write(
        _ results: [GateResult], to path: String, signedWith key: AuditKey?, before: SourceTree,
        in context: CommandContext
    ) async throws {
        let after = try await cleanSource(context)
        guard after.tree == before.tree else {
            throw DeployError(
                .refused, "another commit was checked out while the gates ran, so no record is made",
                next: "Run the gates again, and check out nothing meanwhile.")
        }
        let document = GateRecord(
            of: results, environment: context.environment, source: after, isWhole: only.isEmpty,
            allowedContracts: try schema.allowed(context.variables), endedAt: Int(Date().timeIntervalSince1970),
            runURL: RuntimeSettings.runURL(context.variables), actor: RuntimeSettings.actor(context.variables))
        try SignedEnvelope(document, type: GateRecord.type, key: key).write(to: path)
        if key == nil { context.writeError("warning: DEPLOYKIT_SIGNING_KEY is not set: \(path) is not signed\n") }
    }
}
