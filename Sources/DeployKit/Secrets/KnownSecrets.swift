internal import Synchronization

/// The secrets that a run has come to know, and what is shown without them.
///
/// A class, since what writes and what learns are far apart: a value read from the droplet late in a run is taken out
/// of all that is written from then on.
public final class KnownSecrets: Sendable {
    private let redactor: Mutex<Redactor>

    /// Starts with some secrets.
    public init(_ secrets: some Sequence<Secret> = []) {
        redactor = Mutex(Redactor(secrets))
    }

    /// Learns more secrets.
    public func learn(_ secrets: some Sequence<Secret>) {
        redactor.withLock { $0.learn(secrets) }
    }

    /// A text without the secrets that are known by now.
    public func redact(_ text: String) -> String {
        redactor.withLock { $0 }.redact(text)
    }

    /// A redactor of the secrets that are known by now.
    public var current: Redactor { redactor.withLock { $0 } }
}
