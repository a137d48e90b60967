/// One of the two places of an environment where a release runs.
///
/// One serves; the other is idle, or on standby with the release that served before.
public enum Slot: String, Sendable, Hashable, Codable, CodingKeyRepresentable, CaseIterable {
    /// The first slot of an environment.
    case blue
    /// The second slot of an environment.
    case green

    /// The other slot.
    public var other: Slot { self == .blue ? .green : .blue }
}
