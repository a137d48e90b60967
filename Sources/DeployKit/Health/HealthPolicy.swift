/// When a release counts as healthy, before and after its cutover.
public struct HealthPolicy: Sendable, Hashable, Codable {
    /// The path asked of web services; `/health` by default.
    public var path: String
    /// How many probes of each route have to succeed in a row; 3 by default.
    public var successes: Int
    /// The pause between two probes of one route; 50 ms by default.
    public var interval: Duration
    /// How long one probe may take; 5 s by default.
    public var timeout: Duration
    /// How long a release may take from the start of its containers until it is healthy; 120 s by default.
    public var deadline: Duration
    /// How long the probes under the public name may take to succeed after the cutover; 10 s by default.
    public var verifyDeadline: Duration

    /// Makes a policy.
    public init(
        path: String = "/health",
        successes: Int = 3,
        interval: Duration = .milliseconds(50),
        timeout: Duration = .seconds(5),
        deadline: Duration = .seconds(120),
        verifyDeadline: Duration = .seconds(10)
    ) {
        self.path = path
        self.successes = successes
        self.interval = interval
        self.timeout = timeout
        self.deadline = deadline
        self.verifyDeadline = verifyDeadline
    }
}
