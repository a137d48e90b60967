/// Sends HTTP requests.
public protocol HTTPTransport: Sendable {
    /// Sends a request and returns the answer, whatever its status.
    ///
    /// Redirects are not followed, and nothing is sent twice.
    ///
    /// - Throws: ``HTTPError`` when there is no answer, or the task was cancelled.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}
