import DeployKit

/// The lease of one environment on a fake host.
struct FakeLease: Sendable {
    var owner: LeaseOwner
    /// The owner's commands have an effect while this is the environment's number.
    var token: Int
    /// The runner whose connection holds it.
    var runner: Int

    /// Somebody who waits for it.
    struct Waiter: Sendable {
        let id: Int
        let runner: Int
        let owner: LeaseOwner
        /// When they give up.
        let deadline: Duration?
        let continuation: CheckedContinuation<Int, any Error>
    }
}

extension FakeScope {
    /// Gives the lease to somebody.
    mutating func grant(to owner: LeaseOwner, runner: Int, at now: Duration) -> Int {
        token += 1
        var owner = owner
        owner.since = FakeHost.epoch + Int(now.components.seconds)
        lease = FakeLease(owner: owner, token: token, runner: runner)
        return token
    }

    /// Frees the lease where its holder is meant, and hands it to the one who waits longest.
    mutating func free(at now: Duration, where isMeant: (FakeLease) -> Bool) -> [@Sendable () -> Void] {
        guard let held = lease, isMeant(held) else { return [] }
        lease = nil
        guard !waiters.isEmpty else { return [] }
        let next = waiters.removeFirst()
        let token = grant(to: next.owner, runner: next.runner, at: now)
        return [{ next.continuation.resume(returning: token) }]
    }

    /// Sends those away who waited as long as they wanted.
    mutating func expireWaiters(at now: Duration) -> [@Sendable () -> Void] {
        guard let owner = lease?.owner else { return [] }
        let expired = waiters.filter { $0.deadline.map { $0 <= now } ?? false }
        waiters.removeAll { waiter in expired.contains { $0.id == waiter.id } }
        return expired.map { waiter in { waiter.continuation.resume(throwing: LeaseError.held(by: owner)) } }
    }

    /// Tells those who wanted to know it that enough wait.
    mutating func announceArrivals() -> [@Sendable () -> Void] {
        let count = waiters.count
        defer { arrivals.removeAll { $0.count <= count } }
        return arrivals.filter { $0.count <= count }.map(\.answer)
    }
}
