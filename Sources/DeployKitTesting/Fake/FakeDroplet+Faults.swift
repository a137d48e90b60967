internal import DeployKit
internal import Synchronization

extension FakeDroplet {
    /// Lets something go wrong at one of this runner's calls.
    public func inject(_ fault: FakeFault, at point: FakePoint) {
        runner.withLock { $0.faults.append((fault, point)) }
    }

    /// The runner dies now: its lease is free, and all its later calls throw ``RunnerDied``.
    public func killRunner() { _ = die() }

    /// The lease is free and this runner does not know it: its connection stays.
    ///
    /// Its commands go on having an effect until the next owner takes the lease.
    public func freeLease() {
        change { scope, _ in
            if let lease = scope.lease, lease.runner == identity { scope.unaware.insert(lease.token) }
        }
        freeLease { $0.runner == identity }
    }

    /// Waits until a call of this runner hangs.
    public func untilHanging() async {
        await withCheckedContinuation { continuation in
            let isHanging = runner.withLock { runner in
                if runner.hanging == 0 { runner.observers.append(continuation) }
                return runner.hanging > 0
            }
            if isHanging { continuation.resume() }
        }
    }

    /// Waits until the task is cancelled, or the command is ended at its deadline.
    func hang() async throws {
        let observers = runner.withLock { runner in
            runner.hanging += 1
            defer { runner.observers = [] }
            return runner.observers
        }
        for observer in observers { observer.resume() }
        defer { runner.withLock { $0.hanging -= 1 } }
        let (never, continuation) = AsyncStream<Never>.makeStream()
        runner.withLock { $0.hangs.append(continuation) }
        for await _ in never {}
        continuation.finish()
        try Task.checkCancellation()
        throw stall(for: .seconds(600))
    }

    /// Ends the calls that hang, as the droplet does at a command's deadline.
    func endHanging() {
        let hangs = runner.withLock { runner in
            defer { runner.hangs = [] }
            return runner.hangs
        }
        for hang in hangs { hang.finish() }
    }

    /// The runner dies, and what its calls throw.
    func die() -> any Error {
        runner.withLock { $0.isDead = true }
        freeLease { $0.runner == identity }
        return RunnerDied()
    }

    /// The connection is gone, and what the call throws.
    func disconnect(at call: FakeCall) -> any Error {
        runner.withLock { $0.isCutOff = true }
        freeLease { $0.runner == identity }
        return FakeFault.connectionError(at: call)
    }
}
