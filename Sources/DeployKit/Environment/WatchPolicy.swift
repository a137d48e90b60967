/// How a release is watched once requests reach it, and what takes it back.
public struct WatchPolicy: Sendable, Hashable, Codable {
    /// How long it is watched after the cutover; zero does not watch.
    public var duration: Duration
    /// How often the edge's counters are read and the routes probed; 500 ms by default.
    ///
    /// A server that goes down and a container that ends are noticed at once.
    public var interval: Duration
    /// The share of a service's requests that may fail, beyond that of the release before; 0.05 by default.
    public var errorShare: Double
    /// How many requests a service has to answer before its errors say something; 20 by default.
    public var minimumRequests: Int
    /// How many connections to a service may fail or break; 10 by default.
    public var connectionErrors: Int
    /// How many times as long as in the release before an answer may take on average; 3 by default.
    public var slowdown: Double
    /// The average time of an answer that is never too long; 500 ms by default.
    public var unhurried: Duration

    /// Makes a policy of how long a release is watched after the cutover, and of what takes it back.
    public init(
        for duration: Duration,
        interval: Duration = .milliseconds(500),
        errorShare: Double = 0.05,
        minimumRequests: Int = 20,
        connectionErrors: Int = 10,
        slowdown: Double = 3,
        unhurried: Duration = .milliseconds(500)
    ) {
        self.duration = duration
        self.interval = interval
        self.errorShare = errorShare
        self.minimumRequests = minimumRequests
        self.connectionErrors = connectionErrors
        self.slowdown = slowdown
        self.unhurried = unhurried
    }

    /// Does not watch.
    public static let none = WatchPolicy(for: .zero)
}
