/// How a webhook wants to be told.
public enum WebhookFormat: String, Sendable, Hashable, CaseIterable {
    /// An incoming webhook of Slack, or of what understands its messages.
    case slack
    /// A webhook of a Discord channel.
    case discord
    /// The ``Notification`` itself as JSON, and its headline.
    case generic

    /// What it is called in a warning.
    public var name: String {
        switch self {
        case .slack: "Slack"
        case .discord: "Discord"
        case .generic: "the webhook"
        }
    }

    /// The body of the request: JSON.
    public func payload(of notification: Notification) -> [UInt8] {
        let value: JSONValue =
            switch self {
            case .slack: Self.slack(notification)
            case .discord: Self.discord(notification)
            case .generic: Self.generic(notification)
            }
        return Array(value.compactText.utf8)
    }

    // MARK: - Slack

    private static func slack(_ notification: Notification) -> JSONValue {
        let facts = notification.facts.map { "*\($0.name):* \(escaped($0.value))" }
        // 3000 characters are the most that Slack takes in a section.
        let text = (["*\(notification.sign) \(escaped(notification.headline))*"] + facts).joined(separator: "\n")
        return [
            "text": .string(escaped(notification.headline)),
            "blocks": [["type": "section", "text": ["type": "mrkdwn", "text": .string(text.cut(to: 2900))]]],
        ]
    }

    /// The three characters that mean something to Slack in any text.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    // MARK: - Discord

    private static func discord(_ notification: Notification) -> JSONValue {
        var embed: [String: JSONValue] = [
            "title": .string(notification.headline.cut(to: 250)),
            "color": .integer(notification.color),
            "fields": .array(
                notification.facts.map { fact in
                    ["name": .string(fact.name), "value": .string(fact.value.cut(to: 1000)), "inline": false]
                }),
        ]
        if !notification.runURL.isEmpty { embed["url"] = .string(notification.runURL) }
        return [
            "content": .string("\(notification.sign) \(notification.headline)".cut(to: 1900)),
            "embeds": [.object(embed)],
            // Nothing that a container printed may call people.
            "allowed_mentions": ["parse": []],
        ]
    }

    // MARK: - JSON

    private static func generic(_ notification: Notification) -> JSONValue {
        var members: [String: JSONValue] = [
            "headline": .string(notification.headline),
            "event": .string(notification.event.rawValue),
            "action": .string(notification.action.rawValue),
            "application": .string(notification.application),
            "environment": .string(notification.environment),
            "release": .string(notification.release),
            "actor": .string(notification.actor),
            "runURL": .string(notification.runURL),
            "serving": .string(notification.serving),
            "reason": .string(notification.reason),
            "next": .string(notification.next),
        ]
        members["milliseconds"] = notification.milliseconds.map { .integer($0) }
        return .object(members)
    }
}

extension Notification {
    /// What there is to know, beside the headline.
    fileprivate var facts: [(name: String, value: String)] {
        [
            ("Now", serving.isEmpty ? "not known: see with the command status" : serving),
            ("Why", reason),
            ("Next", next),
            ("By", actor),
            ("Run", runURL),
        ].filter { !$0.1.isEmpty }
    }

    fileprivate var sign: String {
        switch event {
        case .started: "▶️"
        case .succeeded: "✅"
        case .failed: "❌"
        case .rolledBack: "↩️"
        }
    }

    fileprivate var color: Int {
        switch event {
        case .started: 0x3498DB
        case .succeeded: 0x2ECC71
        case .failed: 0xE74C3C
        case .rolledBack: 0xE67E22
        }
    }
}

extension String {
    /// At most so many characters.
    fileprivate func cut(to count: Int) -> String { self.count <= count ? self : prefix(count - 1) + "…" }
}
