/// What a rollout does to the schema of the database, as far as the release before is concerned.
public enum SchemaChange: String, Sendable, Hashable, Codable, Comparable {
    /// No migration is pending.
    case none
    /// Things are only added: the release before goes on working, so a rollback is safe.
    case expand
    /// Something that the release before may need is changed or taken away: a rollback ends here.
    case contract

    /// The more a change takes away, the more it weighs.
    public static func < (left: SchemaChange, right: SchemaChange) -> Bool { left.weight < right.weight }

    private var weight: Int {
        switch self {
        case .none: 0
        case .expand: 1
        case .contract: 2
        }
    }
}
