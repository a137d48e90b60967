internal import Synchronization

/// Lets at most a number of tasks through at once; the others wait in the order in which they came.
package final class ConcurrencyLimit: Sendable {
    private enum Waiter {
        case waiting(CheckedContinuation<Bool, Never>)
        case cancelled
    }

    private struct State {
        var free: Int
        var nextID = 0
        var queue: [Int] = []
        var waiters: [Int: Waiter] = [:]
    }

    private let state: Mutex<State>

    /// Makes a limit.
    package init(_ count: Int) {
        state = Mutex(State(free: count))
    }

    /// Runs `body` when it is its turn.
    ///
    /// - Throws: `CancellationError` when the task is cancelled while it waits; what `body` throws.
    package func run<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws {
        let id = state.withLock { state -> Int? in
            if state.free > 0 {
                state.free -= 1
                return nil
            }
            state.nextID += 1
            return state.nextID
        }
        guard let id else { return }
        let hasEntered = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    // Somebody may have left, or the task may have been cancelled, in between.
                    if case .cancelled = state.waiters.removeValue(forKey: id) { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiters[id] = .waiting(continuation)
                    state.queue.append(id)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let waiter = state.waiters.removeValue(forKey: id) else {
                    state.waiters[id] = .cancelled
                    return nil
                }
                state.queue.removeAll { $0 == id }
                return waiter
            }
            if case .waiting(let continuation) = waiter { continuation.resume(returning: false) }
        }
        state.withLock { state in
            // Cancelled after it had been let in: the mark is not needed.
            if case .cancelled = state.waiters[id] { state.waiters[id] = nil }
        }
        guard hasEntered else { throw CancellationError() }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            while !state.queue.isEmpty {
                let id = state.queue.removeFirst()
                if case .waiting(let continuation) = state.waiters.removeValue(forKey: id) { return continuation }
            }
            state.free += 1
            return nil
        }
        next?.resume(returning: true)
    }
}
