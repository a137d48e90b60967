/// Tells a webhook, with one more attempt where the first one fails.
public struct WebhookNotifier: Notifier {
    private let url: Secret
    private let format: WebhookFormat
    private let transport: any HTTPTransport
    private let timeout: Duration

    /// Makes a notifier.
    ///
    /// - Parameters:
    ///   - url: The webhook's address, which is all that is needed to write there.
    ///   - format: How it wants to be told.
    ///   - transport: Sends the requests.
    ///   - timeout: How long one attempt may take; 5 s by default.
    public init(
        _ url: Secret, format: WebhookFormat, transport: any HTTPTransport, timeout: Duration = .seconds(5)
    ) {
        self.url = url
        self.format = format
        self.transport = transport
        self.timeout = timeout
    }

    /// What it is called in a warning.
    public var name: String { format.name }

    /// Tells the webhook.
    ///
    /// - Throws: ``WebhookError`` when it did not take the message.
    public func notify(_ notification: Notification) async throws {
        let request = HTTPRequest(
            "POST", url: url.revealed, headers: [HTTPHeader("Content-Type", "application/json")],
            body: format.payload(of: notification), timeout: timeout, bodyLimit: 256)
        do {
            try await send(request)
        } catch let error as WebhookError where error.isTemporary {
            try Task.checkCancellation()
            try await send(request)
        }
    }

    private func send(_ request: HTTPRequest) async throws {
        let answer: HTTPResponse
        do {
            answer = try await transport.send(request)
        } catch {
            if error.code == .cancelled { throw CancellationError() }
            // Not in the transport's words, nor in the server's: either may name the address, which is a secret.
            throw WebhookError(reason: "it gave no answer (\(error.code.name))", isTemporary: true)
        }
        guard !(200..<300).contains(answer.status) else { return }
        throw WebhookError(
            reason: "it answered with status \(answer.status)",
            isTemporary: answer.status >= 500 || answer.status == 429)
    }
}

/// Why a webhook did not take a message.
public struct WebhookError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Why.
    public var reason: String
    /// Whether another attempt may succeed.
    var isTemporary: Bool

    /// Why.
    public var description: String { reason }
}
