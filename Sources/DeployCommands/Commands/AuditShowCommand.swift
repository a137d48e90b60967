internal import ArgumentParser
internal import DeployKit

/// Shows the last records of the audit trail.
struct AuditShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the last changes: who, when, what, and how it ended.")

    @Option(help: "How many records.")
    var last = 20

    @OptionGroup var format: OutputOptions

    func validate() throws {
        if last < 1 { throw ValidationError("--last is at least 1") }
    }

    func run() async throws {
        let context = try CommandContext.active
        let trail = try await context.droplet.withDroplet(context) { try await $0.auditTrail() }
        let entries = trail.entries.suffix(last)
        if format.output == .json {
            context.write(JSONText.pretty(entries.map(AuditEntryReport.init)))
        } else {
            let verdict = trail.verify(try await context.expectation(), depth: .lastSignature)
            context.write(AuditText.table(Array(entries)) + AuditText.summary(verdict))
        }
    }
}

extension CommandContext {
    /// What the trail of the environment is checked against: the key and the head that are known here.
    func expectation(
        key: AuditPublicKey? = nil, head: AuditHead? = nil
    ) async throws -> AuditExpectation {
        let settings = try AuditSettings(from: variables)
        let scope = environment.scope
        let trusted = try key ?? settings.trustedKey(of: environment)
        if let head { return AuditExpectation(scope: scope, key: trusted, head: head) }
        return AuditExpectation(scope: scope, key: trusted, head: try await settings.heads.head(of: scope))
    }
}
