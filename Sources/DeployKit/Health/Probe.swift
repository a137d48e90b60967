/// One HTTP request that tells whether a route is answered as it should be.
public struct Probe: Sendable, Hashable, Codable {
    /// Which way a probe takes.
    public enum Path: Sendable, Hashable, Codable {
        /// The edge's preview listener on the droplet's loopback: only the containers of this slot answer.
        case preview(Slot)
        /// The edge under the public name, as a visitor comes, on this droplet.
        case `public`
    }

    /// The route's host name.
    public var host: String
    /// The path and query that are asked.
    public var target: String
    /// Which way it takes.
    public var path: Path
    /// How long it may take.
    public var timeout: Duration

    /// Makes a probe.
    public init(host: String, target: String, path: Path, timeout: Duration) {
        self.host = host
        self.target = target
        self.path = path
        self.timeout = timeout
    }
}

/// What came of a probe.
public struct ProbeResult: Sendable, Hashable, Codable {
    /// The host that was asked.
    public var host: String
    /// The HTTP status; nil when there was no answer.
    public var status: Int?
    /// The slot that answered, where the edge says it.
    public var slot: Slot?
    /// The beginning of the body, or why there was no answer.
    public var detail: String
    /// How long it took, in milliseconds.
    public var milliseconds: Int

    /// Makes a result.
    public init(host: String, status: Int?, slot: Slot? = nil, detail: String = "", milliseconds: Int = 0) {
        self.host = host
        self.status = status
        self.slot = slot
        self.detail = detail
        self.milliseconds = milliseconds
    }

    /// Whether the answer was a 2xx.
    public var isSuccess: Bool { status.map { (200..<300).contains($0) } ?? false }
}
