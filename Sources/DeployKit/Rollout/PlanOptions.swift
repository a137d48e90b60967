/// What a person allows beyond the default.
public struct PlanOptions: Sendable, Hashable {
    /// Whether the release that serves may stop before the next one runs, where memory holds only one.
    public var allowsDowntime: Bool
    /// The migrations, by version, that may contract the schema or keep others from writing to a big table.
    public var allowedContracts: Set<Int> = []

    /// Makes options.
    public init(allowsDowntime: Bool = false) {
        self.allowsDowntime = allowsDowntime
    }
}
