internal import ArgumentParser
internal import DeployKit

/// Makes a release serve.
struct DeployCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Make a release serve; a release that serves already is left alone.")

    @OptionGroup var project: ProjectOptions
    @OptionGroup var release: ReleaseOptions
    @OptionGroup var verification: VerificationOptions
    @OptionGroup var lease: LeaseOptions
    @OptionGroup var audit: AuditOptions
    @OptionGroup var approval: ApprovalOptions
    @OptionGroup var schema: SchemaOptions
    @OptionGroup var format: OutputOptions
    @OptionGroup var pace: PaceOptions
    @OptionGroup var gates: GateRecordOptions

    @Flag(help: "Let the serving release stop before the next one runs, where memory holds only one.")
    var allowDowntime = false

    func run() async throws {
        try await CommandContext.active.telling(of: .deploy) { context in
            // Whoever may not deploy has nobody asked, and brings no images either.
            let settings = try await context.admitted(audit, approval, folder: project.projectDirectory)
            try await context.requireGates(gates.gateRecord, in: project.projectDirectory)
            let context = try await context.taking(release, of: project, isVerifying: verification.verified != nil)
            context.tellJourney(gates.gateRecord)
            try await deploy(in: context, settings)
            try context.verify(verification)
        }
    }

    private func deploy(in context: CommandContext, _ settings: AuditSettings) async throws {
        let allowed = try schema.allowed(context.variables)
        // Reading the project and connecting take about as long as each other, and neither needs the other.
        let reading = Task { try await context.candidates.candidate(project, context: context) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await withTaskCancellationHandler {
                    try await reading.value
                } onCancel: {
                    reading.cancel()
                }
            }
            group.addTask {
                try await context.droplet.withDroplet(context) { droplet in
                    let candidate = try await reading.value
                    var deployment = context.deployment(
                        on: droplet, format: format.output, patience: lease.patience, allowsDowntime: allowDowntime,
                        allowedContracts: allowed, in: try pace.applied(to: context.environment))
                    deployment.audit = settings
                    _ = try await deployment.deploy(candidate, as: context.owner("deploy \(candidate.version)"))
                }
            }
            try await group.waitForAll()
        }
    }
}
