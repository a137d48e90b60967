/// What is about to be changed, written before the first step.
public struct AuditIntent: Sendable, Hashable, Codable {
    /// What was asked for.
    public enum Action: String, Sendable, Hashable, Codable {
        /// A release is to serve.
        case deploy
        /// A release that served before is to serve again.
        case rollback
        /// Releases are to be removed.
        case prune
        /// The public is to be told of maintenance.
        case beginMaintenance = "maintenance on"
        /// The application is to answer the public again.
        case endMaintenance = "maintenance off"
    }

    /// What was asked for.
    public var action: Action
    /// Why, in the words of whoever asked; nil when they gave none.
    public var reason: String?
    /// The release that is to serve; nil where none is.
    public var release: Release.ID?
    /// What that release was built from: a git commit or a version of the team's own.
    public var version: String?
    /// The git commit of the run, where CI says it.
    public var commit: String?
    /// The release that served.
    public var releaseBefore: Release.ID?
    /// The digest of each image of the release, by service.
    public var images: [String: Digest]?
    /// The releases that are to be removed, of a prune.
    public var removed: [Release.ID]?
    /// The digest of the plan, as `plan` shows it.
    public var plan: Digest?
    /// The version of the database's schema; nil where it is not known.
    public var schemaBefore: String?
    /// Who approved it; nil where nobody had to.
    public var approver: String?
    /// What was let through only because a person said so, as `ref refs/heads/hotfix`; nil for nothing.
    public var overrides: [String]?
    /// The number of an earlier intent whose end was never written: its run died.
    public var interrupted: Int?
    /// How many bytes of a line that a crash cut off were dropped before this record.
    public var torn: Int?

    /// Makes an intent.
    public init(
        action: Action, reason: String? = nil, release: Release.ID? = nil, version: String? = nil,
        commit: String? = nil, releaseBefore: Release.ID? = nil, images: [String: Digest]? = nil,
        removed: [Release.ID]? = nil, plan: Digest? = nil, schemaBefore: String? = nil
    ) {
        self.action = action
        self.reason = reason
        self.release = release
        self.version = version
        self.commit = commit
        self.releaseBefore = releaseBefore
        self.images = images
        self.removed = removed
        self.plan = plan
        self.schemaBefore = schemaBefore
    }
}

extension AuditIntent {
    /// What is about to be done by a plan.
    init(_ plan: Plan, schema: SchemaState?) {
        self.init(
            action: plan.action == .deploy ? .deploy : .rollback, release: plan.release.id,
            version: plan.release.version, releaseBefore: plan.before, images: plan.release.images.mapValues(\.digest),
            plan: plan.digest, schemaBefore: schema?.version.map(String.init))
    }
}
