/// The POSIX shell scripts that run on a droplet, each in one round trip.
///
/// A script's text holds no values: they arrive as `$1`, `$2`, … and as lines or bytes on its standard input.
/// Paths are those of ``DropletPaths``.
struct DropletScript: Sendable, Hashable {
    /// What it is called, in tests and in this folder.
    let name: String
    /// The text, for `sh` under `set -eu`.
    let text: String

    /// All of them, so that a test can check each.
    static let all: [DropletScript] = [
        observe, takeLease, fence, stage, startStores, start, turnServices, clear, vacate, health,
        logs, remove, record, keep,
        psql, migrate, migrateByCommand, checkpoint, restore, databaseSize, databaseDump,
    ]

    /// The script as a command.
    func command(
        _ parameters: [String],
        input: Secret = Secret(""),
        deadline: Duration = .seconds(60)
    ) -> Command {
        .script(text, parameters, input: input, deadline: deadline)
    }
}
