internal import Synchronization

/// Sends HTTP requests with libcurl, any number at once, on one thread of its own.
///
/// The thread starts with the transport and ends when it is released. A cancelled request ends within milliseconds.
public final class CurlTransport: HTTPTransport {
    private let loop: CurlLoop
    private let lastID = Atomic(0)

    /// Makes a transport.
    public convenience init() {
        self.init(onEnd: {})
    }

    /// Makes a transport that tells when its thread is at its end.
    package init(onEnd: @escaping @Sendable () -> Void) {
        loop = CurlLoop(onEnd: onEnd)
        loop.start()
    }

    deinit { loop.submit(.stop) }

    /// Sends a request and returns the answer, whatever its status.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let id = lastID.add(1, ordering: .relaxed).newValue
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(.start(id, request, continuation))
                // A cancellation that came before the start found nothing to cancel.
                if Task.isCancelled { loop.submit(.cancel(id)) }
            }
        } onCancel: {
            loop.submit(.cancel(id))
        }
        return try result.get()
    }
}
