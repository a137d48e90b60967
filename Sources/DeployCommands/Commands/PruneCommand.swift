internal import ArgumentParser
internal import DeployKit

/// Removes releases that are kept no longer.
struct PruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove releases that neither serve, nor stand by, nor are among the last ones; with their images.")

    @OptionGroup var lease: LeaseOptions
    @OptionGroup var audit: AuditOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let context = try CommandContext.active
        let settings = try context.admitted(audit)
        let removed = try await context.droplet.withDroplet(context) { droplet in
            var deployment = context.deployment(on: droplet, format: format.output, patience: lease.patience)
            deployment.audit = settings
            return try await deployment.prune(as: context.owner("prune"))
        }
        let names = removed.map(\.rawValue)
        context.workflow?.add {
            $0.note(
                "🧹",
                "\(context.environment.scope): "
                    + (names.isEmpty ? "nothing to remove" : "removed \(names.joined(separator: ", "))"))
        }
        if format.output == .json {
            context.write(JSONText.line(["removed": names]))
        } else {
            context.write(names.isEmpty ? "Nothing to remove.\n" : "Removed \(names.joined(separator: ", ")).\n")
        }
    }
}
