import DeployKit

extension FakeLeasedDroplet {
    func checkpoint(before release: Release.ID) async throws -> Checkpoint {
        try await perform(.checkpoint) { extent in
            let policy = try policy()
            return try change(noting: extent == .whole ? .checkpoint : nil) { scope, world in
                try scope.requireStore(policy.store)
                guard world.currentFacts.diskFree >= scope.database.size else {
                    throw DeployError(.migration, "the database of \(policy.store) could not be dumped: no room")
                }
                let path = "/checkpoints/\(scope.database.checkpoints.count)-\(release)"
                let checkpoint = Checkpoint(
                    path: "\(path).dump", bytes: scope.database.size, restore: "\(path).restore")
                // Half a dump is none: it gets its name once all of it is there.
                if extent == .whole {
                    scope.database.checkpoints.append(checkpoint)
                    scope.database.checkpoints = Array(scope.database.checkpoints.suffix(policy.keptCheckpoints))
                }
                return checkpoint
            }
        }
    }

    func migrate(
        _ run: MigrationRun, onLine: @escaping @Sendable (String) async -> Void
    ) async throws -> [Int] {
        try await perform(.migrate) { extent in
            let policy = try policy()
            try await lock(policy, for: run)
            defer { unlock() }
            var applied: [Int] = []
            for migration in extent.of(run.migrations) {
                do {
                    guard try await apply(migration, policy: policy, after: applied) else { continue }
                } catch let error as DeployError {
                    await onLine(error.message)
                    throw error
                }
                applied.append(migration.version)
                await onLine("applied \(migration.version)")
            }
            if extent == .whole, !applied.isEmpty {
                try change(noting: .migrate(applied)) { _, _ in }
            }
            return applied
        }
    }

    private func policy() throws -> MigrationPolicy {
        guard let policy = droplet.environment.migrations else {
            throw DeployError(.migration, "the environment has no policy for migrations")
        }
        return policy
    }

    /// Takes the advisory lock once the session that has it is over, and remembers what is about to run.
    private func lock(_ policy: MigrationPolicy, for run: MigrationRun) async throws {
        try change(noting: nil) { scope, _ in try scope.requireStore(policy.store) }
        let id = droplet.host.change { $0.makeIdentity() }
        let isTaken = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Bool, any Error>) in
                droplet.change { scope, world in
                    guard !Task.isCancelled else {
                        return world.answers.append { continuation.resume(throwing: CancellationError()) }
                    }
                    world.answers += scope.database.lock.take(
                        FakeAdvisoryLock.Waiter(
                            id: id, deadline: world.now + policy.deadline, continuation: continuation))
                }
            }
        } onCancel: {
            droplet.change { scope, world in world.answers += scope.database.lock.cancel(id) }
        }
        guard isTaken else {
            throw DeployError(.migration, "the migrations failed: another session migrates this database")
        }
        do {
            try change(noting: nil) { scope, _ in scope.database.records += run.records }
        } catch {
            unlock()
            throw error
        }
    }

    /// The session is gone, and with it the lock, whoever owns the lease by then.
    private func unlock() {
        droplet.change { scope, world in world.answers += scope.database.lock.free() }
    }

    /// Applies one migration unless it is there; half of it is nothing, for it has a transaction of its own.
    private func apply(_ migration: Migration, policy: MigrationPolicy, after applied: [Int]) async throws -> Bool {
        let behaviour = try change(noting: nil) { scope, _ -> FakeMigrationBehaviour? in
            let row = scope.database.applied.first { $0.version == migration.version }
            if let row, row.checksum != migration.checksum {
                throw DeployError(.migration, "\(migration.label) was changed after it was applied")
            }
            if let stopped = scope.database.applied.first(where: { !$0.isComplete }) {
                throw DeployError(.migration, "\(stopped.label) was stopped half way before")
            }
            return row == nil ? scope.database.behaviours[migration.version] ?? FakeMigrationBehaviour() : nil
        }
        guard let behaviour else { return false }
        _ = try await wait(behaviour.waitsForLock ? policy.lockTimeout : behaviour.duration) { _ -> Bool? in nil }
        let failure =
            behaviour.waitsForLock
            ? "it waited for a lock longer than \(policy.lockTimeout.inWords)" : behaviour.failure
        try change(noting: nil) { scope, _ in
            if let failure {
                if !migration.isTransactional { scope.database.apply(migration, isComplete: false) }
                throw DeployError(
                    .migration, "the migration \(migration.label) failed: \(failure)",
                    evidence: ["file: \(policy.directory)/\(migration.file)", "statement: \(migration.sql)"]
                        + (applied.isEmpty ? [] : ["applied before it, and still there: \(applied)"]))
            }
            scope.database.apply(migration)
        }
        return true
    }
}

extension FakeScope {
    /// Refuses what needs a store that does not run.
    fileprivate func requireStore(_ store: String) throws {
        guard stores.contains(where: { $0.service.name == store && $0.isRunning }) else {
            throw DeployError(.migration, "the store \(store) does not run")
        }
    }
}
