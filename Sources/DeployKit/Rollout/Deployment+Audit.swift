extension Deployment {
    /// Takes up the audit trail that was read under the lease.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/audit`` when it does not verify, or is gone.
    func log(
        _ trail: AuditTrail, of state: DropletState, known: AuditHead?, as owner: LeaseOwner
    ) throws -> AuditLog {
        var settings = audit
        settings.reason = secrets.redact(settings.reason)
        return try AuditLog(
            trail, settings: settings, environment: environment, owner: owner, known: known,
            lastRelease: state.records.last?.release)
    }

    /// The head that was kept off the droplet; nil also when its place does not answer, which stops no rollback.
    func knownHead() async -> AuditHead? {
        do {
            return try await audit.heads.head(of: environment.scope)
        } catch {
            await observer.observe(.remarked("the audit head that is kept elsewhere: \(DeployError(error).message)"))
            return nil
        }
    }

    /// Does something between a record of what is to be done and one of how it ended.
    ///
    /// - Throws: What `work` throws; ``DeployError`` of code ``DeployError/Code/audit`` when a record could not be
    ///   written.
    func audited<Result: Sendable>(
        _ intent: AuditIntent,
        in log: AuditLog,
        on droplet: any LeasedDroplet,
        _ work: () async throws -> (result: Result, outcome: AuditOutcome)
    ) async throws -> Result {
        var log = log
        try await log.begin(intent, on: droplet)
        let start = clock.now
        do {
            let (result, outcome) = try await work()
            do {
                try await finish(&log, with: outcome, on: droplet)
            } catch {
                throw Self.incomplete(log, error, doing: intent)
            }
            return result
        } catch let error where (error as? DeployError)?.code != .audit {
            // Why the work failed is what the person has to hear of; the next run names a record without an end.
            var outcome = AuditOutcome(error, after: start.duration(to: clock.now)).redacted(by: secrets)
            if let migrated = (error as? RolloutFailure)?.migrated {
                outcome.schemaAfter = migrated.max().map(String.init) ?? intent.schemaBefore
            }
            try? await finish(&log, with: outcome, on: droplet)
            throw error
        }
    }

    /// Writes the last record, keeps the head and shows it.
    private func finish(_ log: inout AuditLog, with outcome: AuditOutcome, on droplet: any LeasedDroplet) async throws {
        let begun = log
        log = try await withoutCancellation {
            var log = begun
            try await log.end(outcome, on: droplet)
            return log
        }
        guard let head = log.head else { return }
        do {
            let scope = environment.scope
            let heads = audit.heads
            try await withoutCancellation { try await heads.save(head, of: scope) }
        } catch {
            await observer.observe(.remarked("the audit head was not kept elsewhere: \(DeployError(error).message)"))
        }
        await observer.observe(.audited(head))
    }

    private static func incomplete(_ log: AuditLog, _ error: any Error, doing intent: AuditIntent) -> DeployError {
        let cause = DeployError(error)
        return DeployError(
            .audit, "the \(intent.action.rawValue) was done, and its end could not be written to the audit trail",
            evidence: [cause.message] + cause.evidence,
            serving: intent.release.map { "release \($0) serves" } ?? "",
            next: "See status and audit show; the next change records that the end is missing.")
    }
}
