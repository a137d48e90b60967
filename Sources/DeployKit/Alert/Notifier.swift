/// Tells people what happens to an environment: in a chat, or at a webhook of their own.
///
/// A deploy never depends on it: it is told beside the rollout, and a failure becomes a warning.
public protocol Notifier: Sendable {
    /// What it is called in a warning: `Slack`.
    var name: String { get }

    /// Tells of something that happened.
    ///
    /// - Throws: Whatever kept it from being told; nothing is undone for that.
    func notify(_ notification: Notification) async throws
}
