import DeployKit
import Synchronization

/// A ``FakeDroplet`` whose lease is held: what a rollout changes, all in memory.
struct FakeLeasedDroplet: LeasedDroplet {
    let droplet: FakeDroplet
    /// Its effects happen while this is the environment's number.
    let token: Int

    func observe() async throws -> DropletState { try await droplet.observe() }

    func logs(of slot: Slot?, services: [String], lines: Int) async throws -> [ContainerLog] {
        try await droplet.logs(of: slot, services: services, lines: lines)
    }

    func withLease<Result: Sendable>(
        as owner: LeaseOwner,
        waiting patience: Duration,
        onWait: @escaping @Sendable (LeaseOwner) async -> Void,
        _ body: @escaping @Sendable (any LeasedDroplet) async throws -> Result
    ) async throws -> Result {
        try await body(self)
    }

    func health(
        of slot: Slot, after known: SlotHealth?, within patience: Duration
    ) async throws -> SlotHealth {
        try await droplet.arrive(at: .health)
        let scope = droplet.environment.scope
        let changed = try await droplet.host.wait(until: droplet.clock.now.offset + patience) { world in
            world.scopes[scope].map { $0.health(of: slot) }.flatMap { $0 == known ? nil : $0 }
        }
        return changed ?? droplet.scope { $0.health(of: slot) }
    }

    func sample(
        _ slot: Slot, after known: WatchSample?, within patience: Duration
    ) async throws -> WatchSample {
        try await droplet.arrive(at: .sample)
        let scope = droplet.environment.scope
        _ = try await droplet.host.wait(until: droplet.clock.now.offset + patience) { world in
            world.scopes[scope].map { $0.health(of: slot) }.flatMap { $0 == known?.health ? nil : $0 }
        }
        return droplet.scope { WatchSample(health: $0.health(of: slot), counters: $0.edgeStatus.counters) }
    }

    func probe(_ probe: Probe) async throws -> ProbeResult {
        try await droplet.arrive(at: .probe)
        return droplet.change { scope, _ in scope.result(of: probe) }
    }

    /// Performs an effect, or lets happen what was injected at it.
    func perform<Result>(
        _ call: FakeCall, _ body: (FakeExtent) async throws -> Result
    ) async throws -> Result {
        await droplet.pause()
        switch try droplet.runner.withLock({ try $0.begin(call) }) {
        case nil:
            return try await body(.whole)
        case .losesLease:
            droplet.freeLease()
            return try await body(.whole)
        case .breaks(let moment):
            await happen(until: moment, body)
            throw DeployError(.droplet, "the command broke off")
        case .stalls(let time):
            throw droplet.stall(for: time)
        case .fails(let error):
            throw error
        case .hangs:
            try await droplet.hang()
            throw CancellationError()
        case .losesConnection:
            throw droplet.disconnect(at: call)
        case .losesAnswer:
            await happen(until: .after, body)
            throw droplet.disconnect(at: call)
        case .dies(let moment):
            await happen(until: moment, body)
            throw droplet.die()
        }
    }

    /// Lets as much of an effect happen as happens until a moment; whether it succeeded, nobody hears.
    private func happen<Result>(
        until moment: FakeFault.Moment, _ body: (FakeExtent) async throws -> Result
    ) async {
        switch moment {
        case .before: break
        case .during: _ = try? await body(.half)
        case .after: _ = try? await body(.whole)
        }
    }

    /// Changes the environment, unless another one has taken the lease.
    ///
    /// - Parameters:
    ///   - effect: What to note when it happened; nil where it was noted.
    ///   - body: The change; it throws before it changes anything.
    /// - Returns: What `body` returns.
    /// - Throws: ``LeaseError/lost(evidence:)``; what `body` throws.
    @discardableResult
    func change<Result>(
        noting effect: FakeEffect?, _ body: (inout FakeScope, inout FakeWorld) throws -> Result
    ) throws -> Result {
        try droplet.change { scope, world in
            guard scope.token == token || droplet.isUnfenced else {
                throw LeaseError.lost(evidence: "the lease has another owner now")
            }
            scope.actingToken = token
            let result = try body(&scope, &world)
            scope.look(at: world.now)
            if let effect {
                scope.effects.append(effect)
                scope.sample(effect.description, at: world.now)
            }
            return result
        }
    }

    /// Waits until `outcome` is there, at most `patience`, as long as the lease has no other owner.
    func wait<Outcome>(
        _ patience: Duration, for outcome: (FakeScope) throws -> Outcome?
    ) async throws -> Outcome? {
        try await droplet.host.wait(until: droplet.clock.now.offset + patience) { world in
            guard let scope = world.scopes[droplet.environment.scope], scope.token == token || droplet.isUnfenced else {
                throw LeaseError.lost(evidence: "the lease has another owner now")
            }
            return try outcome(scope)
        }
    }
}
