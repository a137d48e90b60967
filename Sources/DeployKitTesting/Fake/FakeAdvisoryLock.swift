/// The advisory lock that a session holds while it migrates a database of a fake host.
struct FakeAdvisoryLock: Sendable {
    /// A session that waits for it.
    struct Waiter: Sendable {
        let id: Int
        /// When it gives up.
        let deadline: Duration
        /// Is told whether the session has the lock now.
        let continuation: CheckedContinuation<Bool, any Error>
    }

    private(set) var isHeld = false
    private(set) var waiters: [Waiter] = []

    /// When the next session gives up.
    var nextEvent: Duration? { waiters.map(\.deadline).min() }

    /// Gives it to a session, or lets the session wait.
    mutating func take(_ waiter: Waiter) -> [@Sendable () -> Void] {
        guard isHeld else {
            isHeld = true
            return [{ waiter.continuation.resume(returning: true) }]
        }
        waiters.append(waiter)
        return []
    }

    /// Hands it to the session that waits longest.
    mutating func free() -> [@Sendable () -> Void] {
        isHeld = !waiters.isEmpty
        guard isHeld else { return [] }
        let next = waiters.removeFirst()
        return [{ next.continuation.resume(returning: true) }]
    }

    /// Sends those away who waited as long as they may.
    mutating func expire(at now: Duration) -> [@Sendable () -> Void] {
        let expired = waiters.filter { $0.deadline <= now }
        waiters.removeAll { $0.deadline <= now }
        return expired.map { waiter in { waiter.continuation.resume(returning: false) } }
    }

    /// Lets a session wait no more.
    mutating func cancel(_ id: Int) -> [@Sendable () -> Void] {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return [] }
        let waiter = waiters.remove(at: index)
        return [{ waiter.continuation.resume(throwing: CancellationError()) }]
    }
}
