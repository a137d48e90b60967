import DeployKit
import Synchronization

/// Answers requests from a table, and remembers them.
final class ScriptedTransport: HTTPTransport {
    /// A request, as tests compare it: method, URL, and the header `Authorization`.
    struct Asked: Sendable, Hashable {
        var line: String
        var authorization: String?
        var authorities: String?
    }

    private let answer: @Sendable (Asked) -> HTTPResponse?
    private let log = Mutex<[Asked]>([])

    init(_ answer: @escaping @Sendable (Asked) -> HTTPResponse?) {
        self.answer = answer
    }

    var asked: [Asked] { log.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let authorization = request.headers.first { $0.name == "Authorization" }?.value
        let asked = Asked(
            line: "\(request.method) \(request.url)", authorization: authorization,
            authorities: request.certificateAuthorities)
        log.withLock { $0.append(asked) }
        guard let response = answer(asked) else { throw HTTPError(.refused, "nothing listens") }
        return response
    }
}
