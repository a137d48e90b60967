internal import ArgumentParser
internal import DeployKit
internal import FoundationEssentials

/// Brings the audit trail to this machine.
struct AuditExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the audit trail, byte by byte, into a gzip file, which verify --file reads.")

    @Option(help: "The file; it is replaced.")
    var to: String

    @OptionGroup var format: OutputOptions

    func run() async throws {
        let context = try CommandContext.active
        let trail = try await context.droplet.withDroplet(context) { try await $0.auditTrail() }
        do {
            try Data(Gzip.compressed(trail.bytes)).write(to: URL(filePath: to), options: .atomic)
        } catch {
            throw DeployError(
                .refused, "\(to) cannot be written", evidence: ["\(error)"],
                next: "Name another file with --to.")
        }
        let report = AuditExportReport(file: to, records: trail.entries.count, head: trail.entries.last?.head)
        guard format.output == .text else { return context.write(JSONText.pretty(report)) }
        let head = report.head.map { ", up to \($0.text)" } ?? ""
        context.write("Wrote \(report.records) records to \(to)\(head).\n")
    }
}
