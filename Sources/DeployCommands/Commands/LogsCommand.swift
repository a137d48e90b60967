internal import ArgumentParser
internal import DeployKit

/// Shows what containers printed.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show the last lines of the containers that serve, and of the stores.")

    @Argument(help: "The Compose services; all by default.")
    var services: [String] = []

    @Option(name: [.customShort("n"), .long], help: "How many lines of each container.")
    var lines = 50

    @Option(help: "The slot, blue or green; the one that serves by default.")
    var slot: String?

    @OptionGroup var format: OutputOptions

    func validate() throws {
        if let slot, Slot(rawValue: slot) == nil { throw ValidationError("--slot is blue or green, not \(slot)") }
        if lines < 1 { throw ValidationError("--lines is at least 1") }
    }

    func run() async throws {
        let context = try CommandContext.active
        let logs = try await context.droplet.withDroplet(context) { droplet in
            let state = try await droplet.observe()
            let known = Set((state.containers + state.stores).map(\.service))
            if let unknown = services.first(where: { !known.contains($0) }) {
                throw DeployError(
                    .refused, "there is no service \(unknown) on the droplet",
                    evidence: ["services: \(known.sorted().joined(separator: ", "))"],
                    next: "Name one of those that are listed.")
            }
            let slot = slot.flatMap(Slot.init(rawValue:)) ?? state.servingSlot
            var logs: [ContainerLog] = []
            if let slot { logs += try await droplet.logs(of: slot, services: services, lines: lines) }
            return logs + (try await droplet.logs(of: nil, services: services, lines: lines))
        }
        if format.output == .json {
            context.write(JSONText.pretty(logs))
        } else {
            for log in logs { context.write("== \(log.container)\n\(log.text)\(log.text.hasSuffix("\n") ? "" : "\n")") }
        }
    }
}
