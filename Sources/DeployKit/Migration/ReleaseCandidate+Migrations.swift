extension ReleaseCandidate {
    /// Adds the migrations that an environment's policy wants, from the folder beside the Compose project.
    ///
    /// - Parameters:
    ///   - environment: Where the candidate goes; without a policy nothing is added.
    ///   - source: The Compose project.
    ///   - shell: Runs a linter on this machine, where one is installed.
    package mutating func addMigrations(
        for environment: Environment, beside source: ComposeSource, shell: any Shell
    ) async {
        guard let policy = environment.migrations else { return }
        let folder = policy.directory.hasPrefix("/") ? policy.directory : "\(source.folder)/\(policy.directory)"
        let directory = MigrationDirectory(reading: folder, name: policy.directory)
        migrations = await Squawk(shell: shell).lint(directory.migrations, in: folder)
        findings += directory.findings
        if !services.contains(where: { $0.kind == .store && $0.name == policy.store }) {
            findings.append(
                Finding(
                    .refusal, "migrations",
                    "the store \(policy.store), whose schema they change, is not in the project",
                    advice: "Name the Compose service of PostgreSQL in the environment's migration policy."))
        }
        if case .command(let service, _) = policy.mechanism, !releaseServices.contains(where: { $0.name == service }) {
            findings.append(
                Finding(
                    .refusal, "migrations", "the service \(service), whose command runs them, is not in the project",
                    advice: "Name a service of the release in the environment's migration policy."))
        }
    }
}
