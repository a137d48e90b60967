/// Something that happened to an environment, for people who do not watch the run.
public struct Notification: Sendable, Hashable, Codable {
    /// What happened.
    public enum Event: String, Sendable, Hashable, Codable, CaseIterable {
        /// A rollout began: the plan is made, and something will change.
        case started
        /// The release serves.
        case succeeded
        /// It does not, and no traffic had moved; or it is not known how far the run came.
        case failed
        /// The release served and was taken back: what served before serves again.
        case rolledBack
    }

    /// What happened.
    public var event: Event
    /// What was asked for.
    public var action: RolloutRecord.Action
    /// The application's name.
    public var application: String
    /// The environment's name, as `production`.
    public var environment: String
    /// The release that is to serve; empty before it has a name.
    public var release: String
    /// Who asked for it.
    public var actor: String
    /// The page of the run; empty outside of CI.
    public var runURL: String
    /// What serves now, in a sentence; empty where it is not known.
    public var serving: String
    /// Why it failed; empty otherwise.
    public var reason: String
    /// What to do next; empty when there is nothing.
    public var next: String
    /// How long it took, in milliseconds; nil at the start.
    public var milliseconds: Int?
    /// The kind of the error, as in ``DeployError/Code/name``; nil unless it failed.
    public var code: String?

    /// Makes a notification.
    public init(
        _ event: Event,
        action: RolloutRecord.Action,
        application: String,
        environment: String,
        release: String = "",
        actor: String = "",
        runURL: String = "",
        serving: String = "",
        reason: String = "",
        next: String = "",
        milliseconds: Int? = nil
    ) {
        self.event = event
        self.action = action
        self.application = application
        self.environment = environment
        self.release = release
        self.actor = actor
        self.runURL = runURL
        self.serving = serving
        self.reason = reason
        self.next = next
        self.milliseconds = milliseconds
    }

    /// All of it in a line: `bankflow production: deploy of v2 failed after 3 s`.
    public var headline: String {
        let what =
            release.isEmpty ? action.rawValue : "\(action.rawValue) \(action == .deploy ? "of" : "to") \(release)"
        let how =
            switch event {
            case .started: "begins"
            case .succeeded: "succeeded"
            case .failed: "failed"
            case .rolledBack: "failed, and the traffic went back"
            }
        let time = milliseconds.map { " after \(Duration.milliseconds($0).inWords)" } ?? ""
        return "\(application) \(environment): \(what) \(how)\(time)"
    }

    /// The notification, every text in it without secrets.
    public func redacted(by secrets: KnownSecrets) -> Notification {
        var copy = self
        copy.serving = secrets.redact(serving)
        copy.reason = secrets.redact(reason)
        copy.next = secrets.redact(next)
        return copy
    }
}
