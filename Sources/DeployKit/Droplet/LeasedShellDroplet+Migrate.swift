internal import Synchronization

extension LeasedShellDroplet {
    /// What a run asks of the droplet, and what its output means: one for each way to run migrations.
    private func runner(_ policy: MigrationPolicy) -> any MigrationRunner {
        switch policy.mechanism {
        case .sql: SQLMigrationRunner(policy: policy, environment: environment, directory: directory)
        case .command(let service, let arguments):
            CommandMigrationRunner(
                policy: policy, environment: environment, directory: directory, service: service, arguments: arguments)
        }
    }

    func migrate(
        _ run: MigrationRun, onLine: @escaping @Sendable (String) async -> Void
    ) async throws -> [Int] {
        guard let policy = environment.migrations, !run.migrations.isEmpty else { return [] }
        let runner = runner(policy)
        let lines = OutputLines()
        let result = try await fenced.run(try runner.command(run)) { line in
            lines.append(line)
            await onLine(line.hasPrefix("deploykit: ") ? String(line.dropFirst("deploykit: ".count)) : line)
        }
        // What the script itself has to say of its failure comes apart.
        let output = MigrationOutput((lines.all + [result.errorOutput]).joined(separator: "\n"))
        return try runner.outcome(of: run, output: output, isSuccess: result.isSuccess)
    }

    func checkpoint(before release: Release.ID) async throws -> Checkpoint {
        let policy = environment.migrations ?? MigrationPolicy(.sql)
        let command = DropletScript.checkpoint.command(
            [
                directory, environment.storesProject, policy.store, release.rawValue, String(policy.keptCheckpoints),
                String(environment.retention.minimumFreeDisk), DropletScript.databaseSize.text,
                DropletScript.databaseDump.text, String(policy.lockTimeout.milliseconds),
            ],
            input: Secret(DropletScript.restore.text), deadline: policy.deadline)
        let result = try await attempt("dumping the database of \(policy.store)", command)
        let words = result.output.split(whereSeparator: \.isWhitespace)
        guard result.isSuccess, words.count >= 2, let bytes = Int(words[words.count - 1]) else {
            // So pg_dump tells that a table stayed locked.
            let isLocked = result.errorOutput.contains("canceling statement due to")
            throw DeployError(
                .migration,
                isLocked
                    ? "the database of \(policy.store) could not be dumped before its schema changes: another session held "
                        + "a lock for longer than \(policy.lockTimeout.inWords)"
                    : "the database of \(policy.store) could not be dumped before its schema changes",
                evidence: Self.lines(result.errorOutput),
                next: isLocked
                    ? "See who holds it with SELECT * FROM pg_stat_activity; then deploy again."
                    : "Free space on the droplet, or start the store; then deploy again.")
        }
        let base = String(words[words.count - 2])
        return Checkpoint(path: "\(base).dump", bytes: bytes, restore: "\(base).restore")
    }
}

/// The lines of an output, as they come.
private final class OutputLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func append(_ line: String) { lines.withLock { $0.append(line) } }
}
