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
        serverTimeout: Duration = .seconds(100)
    ) {
        self.drainLimit = drainLimit
        self.plainHTTP = plainHTTP
        self.tunnelTimeout = tunnelTimeout
        self.serverTimeout = serverTimeout
    }
}
