import DeployKit
import Synchronization
import Testing

/// Webhooks of a server that really listens.
@Suite(.enabled("python3 or openssl is not installed") { await LoopbackServer.isInstalled })
struct WebhookNotifierTests {
    private let notification = Notification(
        .succeeded, action: .deploy, application: "bankflow", environment: "staging", release: "v1",
        serving: "release v1 serves qa.example.com")

    @Test(arguments: WebhookFormat.allCases)
    func `the message arrives as JSON`(_ format: WebhookFormat) async throws {
        try await LoopbackServer.with(.port) { server in
            let transport = WatchedTransport()
            let url = Secret("http://127.0.0.1:\(server.address)/echo")
            try await WebhookNotifier(url, format: format, transport: transport, timeout: .seconds(60)).notify(
                notification)
            let lines = transport.answers.first?.text.split(separator: "\n") ?? []
            #expect(lines.first == "POST /echo HTTP/1.1")
            #expect(lines.contains("Content-Type: application/json"))
            #expect(Array((lines.last ?? "").utf8).starts(with: format.payload(of: notification).prefix(100)))
            #expect(transport.answers.count == 1)
        }
    }

    @Test(arguments: [(500, 2), (429, 2), (404, 1)])
    func `an answer that may change is asked for once more, and no more`(status: Int, attempts: Int) async throws {
        try await LoopbackServer.with(.port) { server in
            let transport = WatchedTransport()
            let url = Secret("http://127.0.0.1:\(server.address)/status/\(status)/sentinel")
            let error = await #expect(throws: WebhookError.self) {
                try await WebhookNotifier(url, format: .generic, transport: transport, timeout: .seconds(60)).notify(
                    notification)
            }
            #expect(transport.answers.count == attempts)
            #expect(error?.reason.contains("it answered with status \(status)") == true)
            #expect(error?.reason.contains("sentinel") == false)
        }
    }

    @Test func `nobody there is an error that does not name the address`() async throws {
        let url = Secret("http://127.0.0.1:1/sentinel")
        let error = await #expect(throws: WebhookError.self) {
            try await WebhookNotifier(url, format: .slack, transport: CurlTransport()).notify(notification)
        }
        #expect(error.map { "\($0)".contains("sentinel") } == false)
    }
}

/// Sends requests for real, and remembers the answers.
private final class WatchedTransport: HTTPTransport {
    private let transport = CurlTransport()
    private let log = Mutex<[HTTPResponse]>([])

    var answers: [HTTPResponse] { log.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        var request = request
        request.bodyLimit = 1 << 16
        let answer = try await transport.send(request)
        log.withLock { $0.append(answer) }
        return answer
    }
}
