/// A place off the droplet where the heads of audit trails are kept.
///
/// It need not hold the last head, only a true one: a head that lags behind shows less, and nothing wrong.
public protocol AuditHeadStore: Sendable {
    /// The head that was saved last for a scope, as `bankflow-staging`; nil when there is none.
    func head(of scope: String) async throws -> AuditHead?

    /// Keeps the head of a scope instead of the one before.
    func save(_ head: AuditHead, of scope: String) async throws
}

/// Keeps no head: what is cut off at the end of a trail then goes unseen.
public struct NoAuditHeadStore: AuditHeadStore {
    /// Makes the store.
    public init() {}

    /// Always nil.
    public func head(of scope: String) async throws -> AuditHead? { nil }

    /// Does nothing.
    public func save(_ head: AuditHead, of scope: String) async throws {}
}
