/// The POSIX shell scripts that run on a droplet, each in one round trip.
///
/// A script's text holds no values: they arrive as `$1`, `$2`, … and as lines or bytes on its standard input.
/// Paths are those of ``DropletPaths``.
struct DropletScript: Sendable, Hashable {
    /// What it is called, in tests and in this folder.
    let name: String
    /// The text, for `sh` under `set -eu`.
    let text: String

    /// Sets `$compose` to Compose's own program, or to `docker compose` where that is not found; for use without quotes.
    ///
    /// Docker would look for the program and start it twice.
    static let findCompose = #"""
        compose='docker compose'
        for folder in "${DOCKER_CONFIG:-$HOME/.docker}" /usr/local/lib/docker /usr/local/libexec/docker \
            /usr/lib/docker /usr/libexec/docker; do
            if [ -x "$folder/cli-plugins/docker-compose" ]; then
                compose=$folder/cli-plugins/docker-compose
                break
            fi
        done

        """#

    /// `engine CURL-ARGUMENTS` asks Docker's engine, and `identifiers` prints those of the containers that it is told of.
    ///
    /// The engine answers a plain request in half of the time that its client takes to start.
    static let engine = #"""
        engine() { curl -sSgf --unix-socket /var/run/docker.sock "$@"; }
        identifiers() { grep -o '"Id":"[0-9a-f]*"' | cut -d '"' -f 4; }

        """#

    /// All of them, so that a test can check each.
    static let all: [DropletScript] = [
        observe, takeLease, fence, stage, startStores, start, turnServices, clear, vacate, health,
        logs, remove, record, keep, survey, auditTrail, appendAudit, renewAudit, environments,
        psql, migrate, migrateByCommand, keepMigrationOutput, checkpoint, restore, databaseSize, databaseDump,
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
