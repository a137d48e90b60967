internal import DeployKit
internal import Synchronization

/// A clock whose time passes only when a test says so, or when somebody waits on it.
///
/// A sleep returns at once and moves the time on by as long as was asked: a whole rollout with its deadlines then
/// takes microseconds, and always happens in the same order.
public final class ManualClock: Clock, Sendable {
    /// A moment of this clock: the time since it was made.
    public struct Instant: InstantProtocol {
        /// The time since the clock was made.
        public var offset: Duration

        /// The moment that is `duration` later.
        public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }

        /// The time from this moment to another.
        public func duration(to other: Instant) -> Duration { other.offset - offset }

        /// Orders moments by time.
        public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var time = Duration.zero
        var observers: [@Sendable () -> Void] = []
        var bells: [(moment: Duration, ring: AsyncStream<Void>.Continuation)] = []
    }

    private let state = Mutex(State())

    /// Makes a clock that stands at zero.
    public init() {}

    /// The moment that the clock shows.
    public var now: Instant { Instant(offset: state.withLock(\.time)) }

    /// The smallest step: one nanosecond.
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Moves the time on, and lets those go on who wait for a moment that has come.
    public func advance(by duration: Duration) {
        move { $0 + duration }
        let rung = state.withLock { state in
            let rung = state.bells.filter { $0.moment <= state.time }
            state.bells.removeAll { $0.moment <= state.time }
            return rung
        }
        for bell in rung { bell.ring.finish() }
    }

    /// Moves the time on to a moment; does nothing when it is past.
    public func advance(to moment: Instant) {
        move { max($0, moment.offset) }
    }

    /// Moves the time on to `deadline` and returns.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        advance(to: deadline)
    }

    /// Calls `observer` after each time that the time moved on.
    func observe(_ observer: @escaping @Sendable () -> Void) {
        state.withLock { $0.observers.append(observer) }
    }

    private func move(_ change: (Duration) -> Duration) {
        let observers = state.withLock { state -> [@Sendable () -> Void] in
            state.time = change(state.time)
            return state.observers
        }
        for observer in observers { observer() }
    }
}

extension ManualClock: BellClock {
    /// Waits until a test has moved the time on by so much.
    ///
    /// What moves it on by its own waiting looks at the clock itself afterwards: so the same always happens.
    package func bell(after duration: Duration) async throws {
        let (bell, ring) = AsyncStream<Void>.makeStream()
        state.withLock { $0.bells.append(($0.time + duration, ring)) }
        for await _ in bell {}
        try Task.checkCancellation()
    }
}
