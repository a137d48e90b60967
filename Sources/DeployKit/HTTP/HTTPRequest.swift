/// An HTTP request, and which way it takes.
public struct HTTPRequest: Sendable, Hashable {
    /// Where to connect to, in place of the URL's host.
    ///
    /// The URL still says the name that is asked for: in `Host`, in TLS, and in the check of the certificate.
    public enum ConnectTo: Sendable, Hashable {
        /// A Unix socket.
        case socket(String)
        /// Another host or address, and port.
        case address(host: String, port: Int)
    }

    /// Which version of HTTP is spoken.
    public enum Version: Sendable, Hashable {
        /// HTTP/2 over TLS where the server can, else HTTP/1.1.
        case automatic
        /// HTTP/1.1.
        case http1
        /// HTTP/2; without TLS, too.
        case http2
    }

    /// The method; `GET` by default.
    public var method: String
    /// The URL, `http` or `https`.
    public var url: String
    /// The headers, in their order.
    public var headers: [HTTPHeader]
    /// The body.
    public var body: [UInt8]
    /// How long it may take in all; 10 s by default.
    public var timeout: Duration
    /// Where to connect to, in place of the URL's host.
    public var connectTo: ConnectTo?
    /// Which version of HTTP is spoken; `automatic` by default.
    public var version: Version
    /// A file with the only certificate authorities to trust; nil trusts the system's.
    public var certificateAuthorities: String?
    /// How much of the answer's body is kept; 64 KiB by default.
    ///
    /// The rest is read and dropped.
    public var bodyLimit: Int
    /// Whether a connection may be taken from an earlier request, and kept for a later one; false by default: a probe
    /// that takes a kept connection does not show that new ones are answered.
    public var reusesConnection: Bool

    /// Makes a request.
    public init(
        _ method: String = "GET",
        url: String,
        headers: [HTTPHeader] = [],
        body: [UInt8] = [],
        timeout: Duration = .seconds(10),
        connectTo: ConnectTo? = nil,
        version: Version = .automatic,
        certificateAuthorities: String? = nil,
        bodyLimit: Int = 1 << 16,
        reusesConnection: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTo = connectTo
        self.version = version
        self.certificateAuthorities = certificateAuthorities
        self.bodyLimit = bodyLimit
        self.reusesConnection = reusesConnection
    }
}

/// A header of a request or an answer.
public struct HTTPHeader: Sendable, Hashable {
    /// The name, as it was written.
    public var name: String
    /// The value.
    public var value: String

    /// Makes a header.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
