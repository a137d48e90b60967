/// The answer to an HTTP request.
public struct HTTPResponse: Sendable, Hashable {
    /// When something was reached, counted from the start of the request.
    public struct Timings: Sendable, Hashable {
        /// The connection was made.
        public var connect: Duration
        /// TLS was agreed on; zero without TLS.
        public var tls: Duration
        /// The first byte of the answer came.
        public var firstByte: Duration
        /// The answer was there.
        public var total: Duration

        /// Makes timings.
        public init(
            connect: Duration = .zero,
            tls: Duration = .zero,
            firstByte: Duration = .zero,
            total: Duration = .zero
        ) {
            self.connect = connect
            self.tls = tls
            self.firstByte = firstByte
            self.total = total
        }
    }

    /// The status.
    public var status: Int
    /// The headers, in their order.
    public var headers: [HTTPHeader]
    /// The beginning of the body, at most ``HTTPRequest/bodyLimit`` bytes.
    public var body: [UInt8]
    /// Whether there was more of the body.
    public var isBodyCut: Bool
    /// The version that was spoken: `1.0`, `1.1`, `2` or `3`.
    public var version: String
    /// What took how long.
    public var timings: Timings
    /// When the server's certificate expires, in seconds since 1970; nil without TLS.
    public var certificateExpiry: Int?

    /// Makes an answer.
    public init(
        status: Int = 200,
        headers: [HTTPHeader] = [],
        body: [UInt8] = [],
        isBodyCut: Bool = false,
        version: String = "1.1",
        timings: Timings = Timings(),
        certificateExpiry: Int? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.isBodyCut = isBodyCut
        self.version = version
        self.timings = timings
        self.certificateExpiry = certificateExpiry
    }

    /// The value of the first header of that name, in whatever case it is written.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
}
