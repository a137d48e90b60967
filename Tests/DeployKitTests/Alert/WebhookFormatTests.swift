import DeployKit
import Testing

struct WebhookFormatTests {
    private let failure = Notification(
        .failed, action: .deploy, application: "bankflow", environment: "production", release: "v2", actor: "ada",
        runURL: "https://ci.example.com/1", serving: "release v1 serves <example.com> & more", reason: "api exited",
        next: "Mend it.", milliseconds: 3200)

    private func payload(_ format: WebhookFormat) throws -> JSONValue {
        try JSONValue(parsing: String(decoding: format.payload(of: failure), as: UTF8.self))
    }

    @Test func `Slack is told in text and in a section, its own characters escaped`() throws {
        let payload = try payload(.slack)
        #expect(payload["text"]?.string == "bankflow production: deploy of v2 failed after 3.2 s")
        let section = payload["blocks"]?.elements.first
        #expect(section?["type"]?.string == "section")
        let text = section?["text"]?["text"]?.string ?? ""
        #expect(section?["text"]?["type"]?.string == "mrkdwn")
        #expect(text.contains("*Now:* release v1 serves &lt;example.com&gt; &amp; more"))
        #expect(text.contains("*Next:* Mend it."))
    }

    @Test func `Discord is told in content and in an embed, and calls nobody`() throws {
        let payload = try payload(.discord)
        #expect(payload["content"]?.string?.contains("deploy of v2 failed") == true)
        let embed = payload["embeds"]?.elements.first
        #expect(embed?["url"]?.string == "https://ci.example.com/1")
        #expect(embed?["fields"]?.elements.contains { $0["name"]?.string == "Why" } == true)
        #expect(payload["allowed_mentions"]?["parse"]?.elements.isEmpty == true)
    }

    @Test func `another webhook is told all of it`() throws {
        let payload = try payload(.generic)
        #expect(payload["event"]?.string == "failed")
        #expect(payload["action"]?.string == "deploy")
        #expect(payload["serving"]?.string == "release v1 serves <example.com> & more")
        #expect(payload["headline"]?.string == "bankflow production: deploy of v2 failed after 3.2 s")
    }

    @Test(arguments: WebhookFormat.allCases)
    func `a long reason is cut to what the receiver takes`(_ format: WebhookFormat) throws {
        var long = failure
        long.reason = String(repeating: "x<", count: 5000)
        let payload = try JSONValue(parsing: String(decoding: format.payload(of: long), as: UTF8.self))
        let section = payload["blocks"]?.elements.first?["text"]?["text"]?.string ?? ""
        #expect(section.count <= 3000)
        for field in payload["embeds"]?.elements.first?["fields"]?.elements ?? [] {
            #expect((field["value"]?.string?.count ?? 0) <= 1024)
        }
    }

    @Test func `headlines say what happened`() {
        var notification = failure
        notification.event = .rolledBack
        #expect(notification.headline.hasSuffix("deploy of v2 failed, and the traffic went back after 3.2 s"))
        notification.action = .rollback
        notification.event = .started
        notification.milliseconds = nil
        #expect(notification.headline == "bankflow production: rollback to v2 begins")
    }

    @Test func `each variable that is set is a webhook, and one that is no address is a problem without it`() {
        let settings = AlertSettings(from: [
            "DEPLOYKIT_ALERT_SLACK_URL": "https://hooks.example.com/secret-path",
            "DEPLOYKIT_ALERT_WEBHOOK_URL": "not-an-address-but-secret", "DEPLOYKIT_ALERT_DISCORD_URL": "",
        ])
        #expect(settings.webhooks.keys.map(\.rawValue) == ["slack"])
        #expect(settings.problems.count == 1)
        #expect(settings.problems.first?.contains("DEPLOYKIT_ALERT_WEBHOOK_URL") == true)
        #expect(!"\(settings)".contains("secret"))
    }
}
