/// Which webhooks a run tells, from environment variables.
///
/// A variable for each format, since an address of one's own does not say which one it wants; any number may be set.
public struct AlertSettings: Sendable, Hashable {
    /// The variable of each format.
    public static let variables: [WebhookFormat: String] = [
        .slack: "DEPLOYKIT_ALERT_SLACK_URL", .discord: "DEPLOYKIT_ALERT_DISCORD_URL",
        .generic: "DEPLOYKIT_ALERT_WEBHOOK_URL",
    ]

    /// The addresses that are set.
    public var webhooks: [WebhookFormat: Secret] = [:]
    /// What is the matter with others, in a sentence each; never an address itself.
    public var problems: [String] = []

    /// Reads the settings.
    ///
    /// One that is no address is a problem and not an error: no deploy fails for want of an alert.
    public init(from variables: [String: String]) {
        for (format, name) in Self.variables.sorted(by: { $0.value < $1.value }) {
            guard let text = variables[name], !text.isEmpty else { continue }
            if text.hasPrefix("https://") || text.hasPrefix("http://") {
                webhooks[format] = Secret(text)
            } else {
                problems.append("\(name) is no address that begins with https://: nobody is told there")
            }
        }
    }

    /// The notifiers.
    public func notifiers(over transport: any HTTPTransport) -> [any Notifier] {
        webhooks.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { WebhookNotifier($0.value, format: $0.key, transport: transport) }
    }
}
