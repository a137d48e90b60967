/// Why the lease of an environment could not be had, or kept.
public enum LeaseError: Error, Sendable, Hashable {
    /// Another one holds it.
    case held(by: LeaseOwner)
    /// It was taken and the connection that held it is gone.
    case lost(evidence: String)
}
