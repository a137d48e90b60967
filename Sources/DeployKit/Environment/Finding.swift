/// Something that a person should know before a deploy: about the Compose file, the droplet or the runner.
public struct Finding: Sendable, Hashable, Codable {
    /// How much a finding weighs.
    public enum Severity: String, Sendable, Hashable, Codable, Comparable {
        /// Worth knowing; nothing to do.
        case note
        /// Works, but not as one might expect.
        case warning
        /// Nothing is changed until it is mended.
        case refusal

        /// A note weighs less than a warning, a warning less than a refusal.
        public static func < (left: Severity, right: Severity) -> Bool { left.weight < right.weight }

        private var weight: Int {
            switch self {
            case .note: 0
            case .warning: 1
            case .refusal: 2
            }
        }
    }

    /// How much it weighs.
    public var severity: Severity
    /// What it is about: a file, a service and key (`services.api.ports`), a host, a setting.
    public var subject: String
    /// What is the matter, in a sentence.
    public var message: String
    /// What to do about it, in a sentence or a command; empty when nothing is to be done.
    public var advice: String

    /// Makes a finding.
    public init(_ severity: Severity, _ subject: String, _ message: String, advice: String = "") {
        self.severity = severity
        self.subject = subject
        self.message = message
        self.advice = advice
    }
}
