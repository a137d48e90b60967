internal import ArgumentParser

/// What can be done with the audit trail.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show, verify or export the record of all changes, or make the keys that sign it.",
        subcommands: [
            AuditShowCommand.self, AuditVerifyCommand.self, AuditExportCommand.self, AuditKeygenCommand.self,
        ])
}
