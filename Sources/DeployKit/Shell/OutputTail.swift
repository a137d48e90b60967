internal import Synchronization

/// The end of what a program printed, however much that was.
final class OutputTail: Sendable {
    private let limit: Int
    private let bytes = Mutex<[UInt8]>([])

    /// Makes a tail that keeps at least the last `limit` bytes, and drops what is older.
    init(limit: Int = 1 << 16) {
        self.limit = limit
    }

    /// Takes in what was printed next.
    func append(_ piece: [UInt8]) {
        bytes.withLock { bytes in
            bytes += piece
            // Cutting only at twice the limit keeps the cost per byte constant.
            if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
        }
    }

    /// What is kept, at most the limit.
    var text: String {
        bytes.withLock { String(decoding: $0.suffix(limit), as: UTF8.self) }
    }
}
