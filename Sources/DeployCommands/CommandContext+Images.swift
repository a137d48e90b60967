internal import DeployKit

extension CommandContext {
    /// Runs the environment's gates of images on those of a build, before they leave this machine.
    ///
    /// - Parameters:
    ///   - images: The images, by their names.
    ///   - source: The Compose project.
    ///   - log: Writes how each gate ended.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/gate`` where one failed.
    func judge(_ images: [String], of source: ComposeSource, log: (String) -> Void) async throws {
        let gates = environment.gates.gates.filter { $0.runner == .images }
        guard !gates.isEmpty else { return }
        var options = GateOptions()
        options.images = images
        let run = GateRun(environment, of: source, shell: shell, variables: variables, options: options)
        let results = try await run.run(gates).map { $0.redacted(by: secrets) }
        for result in results { log(GateText.line(.ended(result))) }
        let failed = results.filter(\.outcome.isFailure)
        guard !failed.isEmpty else { return }
        if let workflow { workflow.report(results, prefix: await prefix(of: source.projectDirectory)) }
        throw DeployError(
            .gate, "the images did not pass \(failed.map(\.name).list); none was pushed or saved",
            evidence: failed.flatMap { $0.failures.map { "\($0.rule): \($0.message)" } + $0.tail },
            next: "Build on newer base images with --pull, or update what is named above.")
    }
}
