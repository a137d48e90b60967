internal import CCurl
internal import Glibc
internal import Synchronization

/// The thread on which all of libcurl's work happens.
///
/// `@unchecked Sendable`: all but the queue is touched on the loop's thread only, except by
/// `curl_multi_wakeup`, which libcurl allows from any thread, and which is called under the lock that also guards
/// `isStopped`, so never after `multi` is gone.
final class CurlLoop: @unchecked Sendable {
    /// What the loop is asked to do.
    enum Order {
        case start(Int, HTTPRequest, CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>)
        case cancel(Int)
        case stop
    }

    private struct Queue {
        var orders: [Order] = []
        var isStopped = false
    }

    private let queue = Mutex(Queue())
    private let onEnd: @Sendable () -> Void
    private let multi: UnsafeMutableRawPointer?
    private var transfers: [Int: CurlTransfer] = [:]
    private var ids: [UnsafeMutableRawPointer: Int] = [:]

    /// libcurl is set up once a process, and before any thread uses it.
    private static let isReady: Bool = deploykit_curl_global_init() == CURLE_OK

    init(onEnd: @escaping @Sendable () -> Void) {
        self.onEnd = onEnd
        multi = Self.isReady ? curl_multi_init() : nil
    }

    /// Starts the thread; it keeps the loop alive until it is told to stop.
    func start() {
        let loop = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let loop = Unmanaged<CurlLoop>.fromOpaque(argument).takeRetainedValue()
                deploykit_name_thread("deploykit-http")
                loop.run()
                return nil
            }, loop.toOpaque())
        guard status == 0 else {
            loop.release()
            finish()
            return
        }
        pthread_detach(thread)
    }

    /// Hands an order to the thread; a request is answered with an error when the thread is gone.
    func submit(_ order: Order) {
        let isTaken = queue.withLock { queue in
            guard !queue.isStopped else { return false }
            queue.orders.append(order)
            curl_multi_wakeup(multi)
            return true
        }
        if !isTaken, case .start(_, _, let continuation) = order {
            continuation.resume(returning: .failure(HTTPError(.other, "no thread could be started for HTTP")))
        }
    }

    private func run() {
        var running: Int32 = 0
        while obey() {
            curl_multi_perform(multi, &running)
            finishDone()
            // libcurl's own timers end the wait, and so does a new order.
            curl_multi_poll(multi, nil, 0, 60_000, nil)
        }
        finish()
    }

    /// Carries out what was ordered; false when it is time to stop.
    private func obey() -> Bool {
        let orders = queue.withLock { queue in
            defer { queue.orders = [] }
            return queue.orders
        }
        for order in orders {
            switch order {
            case .start(let id, let request, let continuation):
                let transfer = CurlTransfer(request, continuation)
                guard let easy = transfer.prepare(), curl_multi_add_handle(multi, easy) == CURLM_OK else {
                    transfer.finish(.failure(HTTPError(.other, "\(request.url) could not be asked for")))
                    continue
                }
                transfers[id] = transfer
                ids[easy] = id
            case .cancel(let id):
                end(id, .failure(HTTPError(.cancelled, "the request was cancelled")))
            case .stop:
                return false
            }
        }
        return true
    }

    private func finishDone() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            var easy: UnsafeMutableRawPointer?
            var code = CURLE_OK
            guard deploykit_curl_is_done(message, &easy, &code) != 0, let easy else { continue }
            guard let id = ids[easy], let transfer = transfers[id] else { continue }
            end(id, transfer.result(code))
        }
    }

    private func end(_ id: Int, _ result: Result<HTTPResponse, HTTPError>) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        if let easy = transfer.easy {
            curl_multi_remove_handle(multi, easy)
            ids[easy] = nil
        }
        transfer.finish(result)
    }

    private func finish() {
        let rest = queue.withLock { queue in
            queue.isStopped = true
            defer { queue.orders = [] }
            return queue.orders
        }
        let stopped = HTTPError(.cancelled, "the transport was released")
        for case .start(_, _, let continuation) in rest { continuation.resume(returning: .failure(stopped)) }
        for id in transfers.keys { end(id, .failure(stopped)) }
        curl_multi_cleanup(multi)
        onEnd()
    }
}
