internal import ArgumentParser
internal import DeployKit

/// Lists the releases on the droplet.
struct ReleasesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "releases", abstract: "List the releases on the droplet, the latest first.")

    @OptionGroup var format: OutputOptions

    func run() async throws {
        let context = try CommandContext.active
        let state = try await context.droplet.withDroplet(context) { try await $0.observe() }
        let reports = Self.reports(state, environment: context.environment)
        guard format.output == .text else { return context.write(JSONText.pretty(reports)) }
        guard !reports.isEmpty else { return context.write("There is no release on the droplet yet.\n") }
        var table = Table("release", "version", "role", "last served from")
        for report in reports {
            table.add(report.id, report.version, report.role, report.servedAt.map(UTCTime.text) ?? "never")
        }
        context.write(table.text)
    }

    /// The releases, the one that served last first.
    static func reports(_ state: DropletState, environment: Environment) -> [ReleaseReport] {
        let status = StatusReport(state, environment: environment)
        return state.releases.map { release in
            let served = state.records.last { $0.release == release.id && $0.result == .succeeded }
            let slot = status.slots.first { $0.release == release.id }
            return ReleaseReport(
                id: release.id.rawValue, version: release.version, role: slot?.role ?? "kept", images: release.images,
                servedAt: served?.at)
        }
        .sorted { ($0.servedAt ?? 0, $0.id) > ($1.servedAt ?? 0, $1.id) }
    }
}

/// Seconds since 1970 as a date and a time, UTC.
enum UTCTime {
    /// `2026-11-24 09:30:00 UTC`.
    static func text(_ seconds: Int) -> String {
        let days = seconds / 86_400
        let rest = seconds % 86_400
        // The civil date of a day number, by counting years from March, so that the leap day ends one.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let day = shifted % 146_097
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let date = [
            era * 400 + year + (month >= 10 ? 1 : 0), month + (month < 10 ? 3 : -9),
            dayOfYear - (153 * month + 2) / 5 + 1,
        ]
        let time = [rest / 3600, rest / 60 % 60, rest % 60]
        return date.map(padded).joined(separator: "-") + " " + time.map(padded).joined(separator: ":") + " UTC"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
