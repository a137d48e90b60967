/// What a Compose service is to a deployment.
public enum ServiceKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Has a route: replaced by each release, its traffic moved by the edge.
    case web
    /// Long-running without a route: replaced by each release.
    case worker
    /// Runs to its end, once for each release, before what depends on it.
    case job
    /// Holds data: never touched by a deploy or a rollback.
    case store
}
