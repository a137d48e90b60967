public import DeployKit
internal import Synchronization

/// A notifier for tests: remembers what it was told, and fails or hangs as it is told to.
public final class FakeNotifier: Notifier {
    /// What it does when it is told.
    public enum Behaviour: Sendable {
        /// It takes everything.
        case takes
        /// It throws an error.
        case fails
        /// It waits until its task is cancelled.
        case hangs
    }

    /// What it is called.
    public let name = "the fake"
    private let behaviour: Behaviour
    private let heard = Mutex<[Notification]>([])

    /// Makes a notifier.
    public init(_ behaviour: Behaviour = .takes) {
        self.behaviour = behaviour
    }

    /// What it was told, in order, also what it then failed to take.
    public var notifications: [Notification] { heard.withLock { $0 } }

    /// Remembers a notification, and does what its behaviour says.
    public func notify(_ notification: Notification) async throws {
        heard.withLock { $0.append(notification) }
        switch behaviour {
        case .takes: return
        case .fails: throw Failure()
        case .hangs:
            let (never, continuation) = AsyncStream<Never>.makeStream()
            for await _ in never {}
            continuation.finish()
            try Task.checkCancellation()
        }
    }

    private struct Failure: Error, CustomStringConvertible {
        let description = "it does as it was told to: it fails"
    }
}
