import DeployKit
import Synchronization

/// Hands requests on to another transport, and remembers what was asked and answered.
final class ExchangeLog: HTTPTransport {
    private let transport: any HTTPTransport
    private let log = Mutex<[(HTTPRequest, HTTPResponse?)]>([])

    init(_ transport: any HTTPTransport) {
        self.transport = transport
    }

    var exchanges: [(HTTPRequest, HTTPResponse?)] { log.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        do {
            let response = try await transport.send(request)
            log.withLock { $0.append((request, response)) }
            return response
        } catch {
            log.withLock { $0.append((request, nil)) }
            throw error
        }
    }
}
