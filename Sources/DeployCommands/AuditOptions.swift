internal import ArgumentParser
internal import DeployKit

/// What a change says of itself in the audit trail.
struct AuditOptions: ParsableArguments, Sendable {
    @Option(help: "Why, for the audit trail; no secret and nobody's personal data.")
    var reason: String = ""

    @Option(help: "Let this ref through, where another branch is the environment's; the audit trail records it.")
    var allowRef: String?

    @Flag(help: "Where the audit trail does not verify, put it aside and begin a new chain that records the break.")
    var newAuditChain = false
}

extension CommandContext {
    /// How the audit trail is written, by the variables of the process and the options of the command.
    func auditSettings(_ options: AuditOptions? = nil) throws -> AuditSettings {
        var settings = try AuditSettings(from: variables)
        settings.reason = options?.reason ?? ""
        settings.allowsNewChain = options?.newAuditChain ?? false
        return settings
    }
}
