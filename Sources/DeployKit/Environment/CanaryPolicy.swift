/// Which shares of the requests a new release gets before it gets all of them.
///
/// Each stage is judged as the watch after the cutover is, by ``Environment/watch``.
public struct CanaryPolicy: Sendable, Hashable, Codable {
    /// One share, and how long it lasts.
    public struct Stage: Sendable, Hashable, Codable {
        /// How many of a hundred requests go to the new release, from 1 to 99.
        public var percent: Int
        /// How long the stage lasts.
        public var duration: Duration

        /// Makes a stage.
        public init(percent: Int, for duration: Duration) {
            self.percent = percent
            self.duration = duration
        }
    }

    /// The stages, in order; after the last one all routes move.
    public var stages: [Stage]
    /// How many requests the release has to answer before a stage ends; 20 by default.
    ///
    /// A stage waits for them up to four times its duration, and then ends without.
    public var minimumRequests: Int
    /// Whether a visitor stays where they first came to, by a cookie; not so by default.
    public var isSticky: Bool

    /// Makes a policy.
    public init(stages: [Stage], minimumRequests: Int = 20, isSticky: Bool = false) {
        self.stages = stages
        self.minimumRequests = minimumRequests
        self.isSticky = isSticky
    }

    /// Makes a policy of stages that last equally long.
    ///
    /// - Parameters:
    ///   - percents: The shares, in order: 1, 10 and 50 by default.
    ///   - duration: How long each stage lasts.
    ///   - isSticky: Whether a visitor stays where they first came to.
    public init(_ percents: [Int] = [1, 10, 50], each duration: Duration, isSticky: Bool = false) {
        self.init(stages: percents.map { Stage(percent: $0, for: duration) }, isSticky: isSticky)
    }
}
