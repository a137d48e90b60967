/// A way to run migrations on a droplet: what is sent there, and what its answer means.
protocol MigrationRunner: Sendable {
    /// The command that runs those of some migrations that the database does not have.
    func command(_ run: MigrationRun) throws -> Command

    /// Which of them were applied, from what the command printed.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/migration`` when one was not.
    func outcome(of run: MigrationRun, output: MigrationOutput, isSuccess: Bool) throws -> [Int]
}

extension MigrationPolicy {
    /// The limits of a session, as PostgreSQL's clients read them from `PGOPTIONS`.
    var sessionOptions: String {
        "-c lock_timeout=\(lockTimeout.milliseconds) -c statement_timeout=\(statementTimeout.milliseconds)"
    }
}

extension MigrationRun {
    /// What is remembered of them, as lines of JSON.
    fileprivate func recordLines() throws -> [UInt8] {
        Array(try records.map { try LeasedShellDroplet.json($0) + "\n" }.joined().utf8)
    }
}

/// Sends the files to the `psql` of the store's container.
struct SQLMigrationRunner: MigrationRunner {
    let policy: MigrationPolicy
    let environment: Environment
    let directory: String

    func command(_ run: MigrationRun) throws -> Command {
        let records = try run.recordLines()
        let statements = Array(session(run).text.utf8)
        return DropletScript.migrate.command(
            [
                directory, environment.storesProject, policy.store, run.release.rawValue, String(records.count),
                String(statements.count), policy.sessionOptions, MigrationSession.applicationName,
                DropletScript.psql.text,
            ],
            input: Secret(bytes: records + statements), deadline: policy.deadline + .seconds(30))
    }

    func outcome(of run: MigrationRun, output: MigrationOutput, isSuccess: Bool) throws -> [Int] {
        if isSuccess { return output.applied }
        throw DeployError(migrating: output, session: session(run), policy: policy, release: run.release)
    }

    private func session(_ run: MigrationRun) -> MigrationSession {
        MigrationSession(running: run.migrations, policy: policy)
    }
}

/// Runs a command of the application in a one-off container of the new release, and looks at the table afterwards.
struct CommandMigrationRunner: MigrationRunner {
    let policy: MigrationPolicy
    let environment: Environment
    let directory: String
    let service: String
    let arguments: [String]

    func command(_ run: MigrationRun) throws -> Command {
        let records = try run.recordLines()
        let lock = Array(MigrationSession(lockingFor: run.migrations, policy: policy).text.utf8)
        let question = Array(MigrationSession.asking(for: run.migrations, policy: policy).utf8)
        return DropletScript.migrateByCommand.command(
            [
                directory, environment.storesProject, policy.store, run.release.rawValue, String(records.count),
                String(lock.count), policy.sessionOptions, MigrationSession.applicationName, DropletScript.psql.text,
                String(question.count), run.slot.rawValue, environment.project(of: run.slot), service,
            ] + arguments,
            input: Secret(bytes: records + lock + question), deadline: policy.deadline + .seconds(30))
    }

    func outcome(of run: MigrationRun, output: MigrationOutput, isSuccess: Bool) throws -> [Int] {
        guard isSuccess else {
            throw DeployError(migrating: output, session: nil, policy: policy, release: run.release)
        }
        let missing = run.migrations.map(\.version).filter { !output.applied.contains($0) }
        guard missing.isEmpty || output.lines.contains("deploykit: nothing pending") else {
            throw DeployError(
                .migration,
                "\(([service] + arguments).joined(separator: " ")) ended well, and \(policy.table) lacks "
                    + missing.map(String.init).list,
                evidence: output.lines.filter { !$0.hasPrefix("deploykit: ") }.suffix(20),
                next: "See that it runs the files in \(policy.directory) and records them as sqlx does.")
        }
        return output.applied
    }
}
