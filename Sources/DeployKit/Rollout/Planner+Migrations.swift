/// What a rollout does to the schema.
struct MigrationForecast: Sendable {
    var pending: [PendingMigration] = []
    var change = SchemaChange.none
    var findings: [Finding] = []
    var losses: [String] = []
    /// The steps that change the database.
    var steps: [Step] = []
    /// Whether they need the networks of the new release's slot.
    var needsSlot = false

    /// Whether the release before cannot serve any more once they ran.
    var endsRollback: Bool { change == .contract }
}

extension Planner {
    /// Foresees what a candidate's migrations do, from what is applied.
    ///
    /// - Parameters:
    ///   - candidate: What is to be deployed.
    ///   - before: The release that serves, and will until the cutover; nil for a first deploy.
    /// - Returns: What is pending, what it means, and the steps for it.
    func migrationForecast(for candidate: ReleaseCandidate, before: Release?) -> MigrationForecast {
        var forecast = MigrationForecast()
        guard let policy = environment.migrations, let migrations = candidate.migrations else { return forecast }
        let hasStore = state.stores.contains { $0.service == policy.store }
        let known = state.schema?.applied ?? (hasStore ? nil : [])
        guard let applied = known else {
            let served = Set(before?.schema?.migrations.map(\.version) ?? [])
            if Set(migrations.map(\.version)) != served {
                forecast.findings.append(
                    Finding(
                        .refusal, "migrations",
                        "the store \(policy.store) does not answer, so nobody knows which migrations are pending",
                        advice: "See what it says with the command logs \(policy.store), and start it."))
            }
            return forecast
        }
        forecast.findings += appliedFindings(applied, candidate: migrations, policy: policy)
        forecast.findings += fitFindings(
            "version \(candidate.version)", knowing: Set(migrations.map(\.version)), applied: applied)

        let done = Set(applied.map(\.version))
        let newest = applied.map(\.version).max()
        var created: Set<String> = []
        for migration in migrations where !done.contains(migration.version) {
            let classification = MigrationClassification(
                migration, created: created, rows: state.schema?.rows ?? [:], bigTable: policy.bigTable)
            created.formUnion(classification.created)
            let pending = PendingMigration(
                version: migration.version, name: migration.name, file: migration.file,
                change: classification.change, reasons: classification.reasons,
                isAllowed: options.allowedContracts.contains(migration.version))
            forecast.pending.append(pending)
            forecast.findings += findings(of: pending, policy: policy, newest: newest, before: before)
        }
        // Without a release before, nobody needs what is taken away.
        let own = forecast.pending.map(\.change).max() ?? .none
        forecast.change = before == nil ? min(own, .expand) : bearsSchema(before) ? own : .contract
        guard !forecast.pending.isEmpty else { return forecast }
        if forecast.endsRollback, let before {
            forecast.losses.append(
                "release \(before.id) serves on until the cutover, against a schema that it may not bear")
        }
        if policy.checkpoint == .beforePending { forecast.steps.append(.checkpoint(policy.store)) }
        forecast.steps.append(.migrate(forecast.pending.map(\.version)))
        forecast.needsSlot = policy.needsSlot
        return forecast
    }

    // MARK: - Findings

    /// What is the matter with one pending migration.
    private func findings(
        of pending: PendingMigration, policy: MigrationPolicy, newest: Int?, before: Release?
    ) -> [Finding] {
        let subject = "\(policy.directory)/\(pending.file)"
        var findings: [Finding] = []
        for reason in pending.reasons where reason.weight == .refusal {
            findings.append(Finding(.refusal, "\(subject):\(reason.line)", reason.message))
        }
        if let newest, pending.version < newest {
            findings.append(
                Finding(
                    .warning, subject, "it is older than \(newest), which is applied already",
                    advice: "Give it a newer number, unless it stands by itself."))
        }
        guard pending.needsConsent, let before else { return findings }
        let heavy = pending.reasons.filter { $0.weight == .contract || $0.weight == .blocking }
        let words = heavy.map { "line \($0.line): \($0.message)" }.joined(separator: "; ")
        if pending.isAllowed {
            findings.append(Finding(.warning, subject, words))
        } else {
            findings.append(
                Finding(
                    .refusal, subject,
                    pending.change == .contract
                        ? "this migration contracts the schema, while release \(before.id) serves and then stands by: "
                            + words : words,
                    advice: "Deploy the code that does without it first; then ask for it by name: "
                        + "--allow-contract \(pending.version)"))
        }
        return findings
    }

    /// What is the matter with the applied migrations, as the candidate's files are.
    private func appliedFindings(
        _ applied: [AppliedMigration], candidate: [Migration], policy: MigrationPolicy
    ) -> [Finding] {
        var findings: [Finding] = []
        for row in applied where !row.isComplete {
            findings.append(
                Finding(
                    .refusal, "migrations.\(row.label)", "this migration was stopped half way",
                    advice: Self.advice(forStopped: row.version, policy: policy)))
        }
        for migration in candidate {
            guard let row = applied.first(where: { $0.version == migration.version }),
                row.checksum != migration.checksum
            else { continue }
            findings.append(
                Finding(
                    .refusal, "\(policy.directory)/\(migration.file)",
                    "this migration is applied, and its file was changed since", advice: Self.adviceForChanged))
        }
        return findings
    }

    static let adviceForChanged = "Restore the file as it was, and write a new migration for the change."

    static func advice(forStopped version: Int, policy: MigrationPolicy) -> String {
        let table = MigrationSession.quoted(policy.table)
        return "See how far it came. Then finish it by hand and UPDATE \(table) SET success = true "
            + "WHERE version = \(version), or undo it and DELETE FROM \(table) WHERE version = \(version)."
    }

    // MARK: - Does an older release fit?

    /// What applied migrations mean for a release that does not know them.
    ///
    /// - Parameters:
    ///   - name: What to call the release.
    ///   - known: The versions that it knows.
    ///   - applied: What the database has.
    /// - Returns: Nothing when it knows all; a note when what it does not know only added; else a refusal.
    private func fitFindings(_ name: String, knowing known: Set<Int>, applied: [AppliedMigration]) -> [Finding] {
        let unknown = applied.filter { !known.contains($0.version) }
        guard !unknown.isEmpty else { return [] }
        let contracting = unknown.filter { change(of: $0) != .expand }
        guard let first = contracting.first else {
            return [
                Finding(
                    .note, "schema",
                    "\(name) does not know \(unknown.map(\.label).list); they only added, so it fits the schema")
            ]
        }
        let reason =
            change(of: first) == nil
            ? "nobody knows what \(first.label) did, for it was applied by other means"
            : "\(contracting.map(\.label).list) took away or changed what it may need"
        let restore = restoreCommand(before: first)
        return [
            Finding(
                .refusal, "schema", "\(name) does not fit the schema: \(reason)",
                advice: "Deploy a fix forward"
                    + (restore.isEmpty
                        ? "; or restore a dump that was made before."
                        : "; or go back in time, with the loss of all that was written since: \(restore)"))
        ]
    }

    /// What an applied migration did; nil where nobody remembers it.
    private func change(of applied: AppliedMigration) -> SchemaChange? {
        let record = state.migrationRecords.last {
            $0.version == applied.version && $0.checksum == applied.checksum
        }
        if let record { return record.change }
        let entries = state.releases.compactMap(\.schema).flatMap(\.migrations)
        return entries.first { $0.version == applied.version && $0.checksum == applied.checksum }?.change
    }

    private func restoreCommand(before applied: AppliedMigration) -> String {
        state.migrationRecords.last { $0.version == applied.version && !$0.restore.isEmpty }?.restore ?? ""
    }

    /// Whether a release can serve the schema as it is now, as far as is known: an earlier run may have migrated it, and
    /// died or failed before its own release served.
    func bearsSchema(_ release: Release?) -> Bool {
        guard environment.migrations != nil, let schema = release?.schema, let applied = state.schema?.applied else {
            return true
        }
        let known = Set(schema.migrations.map(\.version))
        return fitFindings("", knowing: known, applied: applied).allSatisfy { $0.severity != .refusal }
    }

    /// Whether a release that served before fits the schema as it is now: known before anything moves.
    func schemaFindings(for release: Release) -> [Finding] {
        guard environment.migrations != nil else { return [] }
        let recorded = state.servingRelease?.schema?.migrations.map { entry in
            AppliedMigration(version: entry.version, name: "migration", checksum: entry.checksum)
        }
        // A database that does not answer keeps nobody from going back, as far as is remembered.
        let applied = state.schema?.applied ?? recorded ?? []
        return fitFindings(
            "release \(release.id)", knowing: Set(release.schema?.migrations.map(\.version) ?? []), applied: applied)
    }
}

extension Plan {
    /// Takes in what the rollout does to the schema.
    mutating func add(_ forecast: MigrationForecast) {
        migrations = forecast.pending
        schemaChange = forecast.change
        findings += forecast.findings
        losses += forecast.losses
        if forecast.endsRollback, let before {
            findings.append(
                Finding(
                    .warning, "schema",
                    "rollback ends here: release \(before) cannot serve again, and does not stand by",
                    advice: "Once this ran, only a fix forward or a restored database leads on."))
        }
    }
}
