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
    /// Behind Cloudflare, ``cloudflareRanges``. From these, and only these, `CF-Connecting-IP` becomes the `X-Forwarded-For` that the application sees.
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

extension EdgePolicy {
    /// The ranges from which Cloudflare asks: https://www.cloudflare.com/ips-v4 and ips-v6, as of September 2026.
    ///
    /// Cloudflare announces changes long before; a new version of this list goes with a new version of the package.
    public static let cloudflareRanges = [
        "173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "141.101.64.0/18",
        "108.162.192.0/18", "190.93.240.0/20", "188.114.96.0/20", "197.234.240.0/22", "198.41.128.0/17",
        "162.158.0.0/15", "104.16.0.0/13", "104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22",
        "2400:cb00::/32", "2606:4700::/32", "2803:f800::/32", "2405:b500::/32", "2405:8100::/32",
        "2a06:98c0::/29", "2c0f:f248::/32",
    ]
}
