/// How many requests reached a release, and what came of them.
public struct ReleaseTraffic: Sendable, Hashable, Codable {
    /// What came of the requests to one service.
    public struct Count: Sendable, Hashable, Codable {
        /// How many were answered, whatever the answer.
        public var answered: Int
        /// How many of the answers said that the server failed: 5xx.
        public var serverErrors: Int
        /// How often a connection to it failed or broke; the edge repeats what may be repeated.
        public var unanswered: Int

        /// Makes a count.
        public init(answered: Int = 0, serverErrors: Int = 0, unanswered: Int = 0) {
            self.answered = answered
            self.serverErrors = serverErrors
            self.unanswered = unanswered
        }

        /// Adds two counts.
        public static func + (left: Count, right: Count) -> Count {
            Count(
                answered: left.answered + right.answered, serverErrors: left.serverErrors + right.serverErrors,
                unanswered: left.unanswered + right.unanswered)
        }

        /// The share of the requests that failed; 0 without any.
        var errorShare: Double {
            let requests = answered + unanswered
            return requests > 0 ? Double(serverErrors + unanswered) / Double(requests) : 0
        }
    }

    /// The count of each service.
    public var services: [String: Count]

    /// Makes a value.
    public init(services: [String: Count] = [:]) {
        self.services = services
    }

    /// The count of all services together.
    public var total: Count { services.values.reduce(Count(), +) }

    /// The count in words: `answered 120 requests, 24 of them with a server error (5xx)`.
    package var summary: String {
        let total = total
        var words = "answered \(total.answered) \(total.answered == 1 ? "request" : "requests")"
        if total.serverErrors > 0 { words += ", \(total.serverErrors) of them with a server error (5xx)" }
        if total.unanswered > 0 { words += "; \(total.unanswered) connections to it failed or broke" }
        return words
    }
}
