internal import ArgumentParser
internal import DeployKit
internal import FoundationEssentials

/// Tells the public that the environment is under maintenance, or ends that.
struct MaintenanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance",
        abstract: "Answer the public with a page and status 503, or end that; probes and deploys go on working.",
        subcommands: [On.self, Off.self])

    /// Begins it, or changes what the public is told.
    struct On: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "on", abstract: "Answer the public with a page, status 503 and Retry-After.")

        @Option(help: "What visitors read, as plain text.")
        var message: String?

        @Option(help: "A file with the whole page, HTML of at most 8 KiB, in the place of a message.")
        var page: String?

        @Option(help: "After how many seconds clients may ask again.")
        var retryAfter = 120

        @OptionGroup var lease: LeaseOptions
        @OptionGroup var audit: AuditOptions
        @OptionGroup var format: OutputOptions

        func validate() throws {
            if message != nil, page != nil { throw ValidationError("--message and --page exclude each other") }
            if retryAfter < 1 { throw ValidationError("--retry-after is at least 1") }
        }

        func run() async throws {
            try await MaintenanceCommand.set(try maintenance(), lease: lease, audit: audit, format: format)
        }

        private func maintenance() throws -> Maintenance {
            guard let page else {
                return Maintenance(
                    message: message ?? Maintenance.defaultMessage, retryAfter: retryAfter, reason: audit.reason)
            }
            guard let data = try? Data(contentsOf: URL(filePath: page)) else {
                throw DeployError(.refused, "the file \(page) cannot be read", next: "Name a file with --page.")
            }
            return try Maintenance(
                html: String(decoding: data, as: UTF8.self), retryAfter: retryAfter, reason: audit.reason)
        }
    }

    /// Ends it.
    struct Off: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "off", abstract: "Let the application answer the public again.")

        @OptionGroup var lease: LeaseOptions
        @OptionGroup var audit: AuditOptions
        @OptionGroup var format: OutputOptions

        func run() async throws {
            try await MaintenanceCommand.set(nil, lease: lease, audit: audit, format: format)
        }
    }

    private static func set(
        _ maintenance: Maintenance?, lease: LeaseOptions, audit: AuditOptions, format: OutputOptions
    ) async throws {
        let context = try CommandContext.active
        let settings = try context.admitted(audit)
        let action = "maintenance \(maintenance == nil ? "off" : "on")"
        let hasChanged = try await context.droplet.withDroplet(context) { droplet in
            var deployment = context.deployment(on: droplet, format: format.output, patience: lease.patience)
            deployment.audit = settings
            return try await deployment.set(maintenance, as: context.owner(action))
        }
        let isOn = maintenance != nil
        context.workflow?.add {
            $0.note("🚧", "\(context.environment.scope): maintenance is \(isOn ? "on" : "off")")
        }
        if format.output == .json {
            context.write(
                JSONText.line(MaintenanceReport(maintenance: maintenance != nil, changed: hasChanged)))
        } else {
            let scope = context.environment.scope
            let state = maintenance == nil ? "is open to the public" : "is under maintenance"
            context.write("\(scope) \(state)\(hasChanged ? "" : " already").\n")
        }
    }
}
