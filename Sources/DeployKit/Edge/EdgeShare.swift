/// The share of an environment's requests that goes to the slot which the routes do not lead to: a canary's.
public struct EdgeShare: Sendable, Hashable, Codable {
    /// How many of a hundred requests, from 1 to 100.
    public var percent: Int
    /// Whether a visitor stays where they first came to, by a cookie.
    public var isSticky: Bool

    /// Makes a share.
    public init(percent: Int, isSticky: Bool = false) {
        self.percent = percent
        self.isSticky = isSticky
    }
}
