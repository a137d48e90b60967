/// What the edge does for an environment.
public struct EdgePolicy: Sendable, Hashable, Codable {
    /// How long connections of the old release may go on after a cutover; 30 s by default.
    ///
    /// A WebSocket or a download that is still open then is closed.
    public var drainLimit: Duration
    /// What plain HTTP on port 80 gets; served by default, since behind Cloudflare only 443 is open.
    public var plainHTTP: PlainHTTP
    /// How long a WebSocket may be silent; one hour by default.
    public var tunnelTimeout: Duration
    /// How long the application may take to answer; 100 s by default, as long as Cloudflare waits.
    public var serverTimeout: Duration
    /// The address ranges, as `173.245.48.0/20`, whose word on the visitor's address is believed; none by default.
    ///
    /// From these, and only these, `CF-Connecting-IP` becomes the `X-Forwarded-For` that the application sees.
    public var trustedProxies: [String]

    /// What a request to port 80 gets.
    public enum PlainHTTP: String, Sendable, Hashable, Codable {
        /// The answer of the application.
        case serve
        /// A redirect to HTTPS.
        case redirect
    }

    /// Makes a policy.
    public init(
        drainLimit: Duration = .seconds(30),
        plainHTTP: PlainHTTP = .serve,
        tunnelTimeout: Duration = .seconds(3600),
        serverTimeout: Duration = .seconds(100),
        trustedProxies: [String] = []
    ) {
        self.drainLimit = drainLimit
        self.plainHTTP = plainHTTP
        self.tunnelTimeout = tunnelTimeout
        self.serverTimeout = serverTimeout
        self.trustedProxies = trustedProxies
    }
}
