public import DeployKit
internal import Synchronization

extension FakeDroplet {
    /// Takes the environment's lease, runs `body` with it, and frees it, whatever happens.
    ///
    /// Somebody who waits does so until the holder frees it, or until the clock was moved on by their patience.
    ///
    /// - Throws: ``LeaseError`` when another one holds the lease; what `body` throws.
    public func withLease<Result: Sendable>(
        as owner: LeaseOwner,
        waiting patience: Duration,
        onWait: @escaping @Sendable (LeaseOwner) async -> Void,
        _ body: @escaping @Sendable (any LeasedDroplet) async throws -> Result
    ) async throws -> Result {
        await pause()
        try runner.withLock { runner in
            if runner.isDead { throw RunnerDied() }
            if runner.isCutOff { throw FakeFault.connectionError(at: .observe) }
        }
        if patience > .zero, let holder = scope({ $0.lease?.owner }) { await onWait(holder) }
        let token = try await takeLease(as: owner, waiting: patience)
        defer { freeLease { $0.token == token } }
        return try await body(FakeLeasedDroplet(droplet: self, token: token))
    }

    /// Waits until `count` others wait for the lease that somebody holds.
    ///
    /// With it a test knows that a second taker has come, and need not sleep.
    public func untilWaiting(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            change { scope, world in
                scope.arrivals.append((count, { continuation.resume() }))
                world.answers += scope.announceArrivals()
            }
        }
    }

    private func takeLease(as owner: LeaseOwner, waiting patience: Duration) async throws -> Int {
        let id = host.change { $0.makeIdentity() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                change { scope, world in
                    guard let held = scope.lease else {
                        let token = scope.grant(to: owner, runner: identity, at: world.now)
                        world.answers.append { continuation.resume(returning: token) }
                        return
                    }
                    guard patience > .zero, !Task.isCancelled else {
                        let error: any Error = Task.isCancelled ? CancellationError() : LeaseError.held(by: held.owner)
                        world.answers.append { continuation.resume(throwing: error) }
                        return
                    }
                    scope.waiters.append(
                        FakeLease.Waiter(
                            id: id, runner: identity, owner: owner, deadline: world.now + patience,
                            continuation: continuation))
                    world.answers += scope.announceArrivals()
                }
            }
        } onCancel: {
            change { scope, world in
                guard let index = scope.waiters.firstIndex(where: { $0.id == id }) else { return }
                let waiter = scope.waiters.remove(at: index)
                world.answers.append { waiter.continuation.resume(throwing: CancellationError()) }
            }
        }
    }

    /// Frees the lease where its holder is meant.
    func freeLease(where isMeant: (FakeLease) -> Bool) {
        change { scope, world in
            world.answers += scope.free(at: world.now, where: isMeant)
        }
    }
}
