import DeployKit
import FoundationEssentials
import Testing

/// A copy of BankFlow to which a test gives migrations, with images of its own, on a droplet of the lab.
struct MigratingBankFlow: Sendable {
    let droplet: LabDroplet
    /// The folder of the copy.
    let folder: String

    static let services = ["site", "saas", "api"]

    /// Hands a droplet and the copy to a test, and removes the copy.
    static func with(
        _ name: String = "migrate", _ body: (MigratingBankFlow) async throws -> Void
    ) async throws {
        let folder = try await Lab.output(["mktemp", "-d"]).filter { !$0.isNewline }
        do {
            try await Lab.output(["sh", "-euc", prepare, "sh", folder, name])
            try await LabDroplet.with(name) { droplet in
                try await body(MigratingBankFlow(droplet: droplet, folder: folder))
            }
        } catch {
            try await Lab.output(["rm", "-rf", folder])
            throw error
        }
        try await Lab.output(["rm", "-rf", folder])
    }

    private static let prepare = #"""
        tar -C Examples/bankflow --exclude ./target -cf - . | tar -C "$1" -xf -
        echo 'services:' >"$1/compose.override.yaml"
        for service in site saas api; do
            printf '  %s:\n    image: migrating-%s-%s\n' "$service" "$2" "$service"
        done >>"$1/compose.override.yaml"
        """#

    /// Writes a migration into the copy.
    func write(_ file: String, _ sql: String) throws {
        try sql.write(toFile: "\(folder)/migrations/\(file)", atomically: true, encoding: .utf8)
    }

    /// Builds the images of a version, with the migrations that the copy has.
    func build(_ version: String) async throws {
        try await Lab.output(
            ["env", "-C", folder, "docker", "compose", "build", "--quiet"], environment: ["VERSION": version])
    }

    /// The arguments that deploy, or plan, what was built.
    func arguments(_ command: String, _ version: String, _ options: [String]) -> [String] {
        [command, "--project-directory", folder, "--version", version] + options
    }

    /// Builds a version and deploys it.
    func deploy(_ version: String, _ options: String...) async throws -> CommandResult {
        try await build(version)
        return try await run(arguments("deploy", version, options))
    }

    /// Plans a version that was built.
    func plan(_ version: String, _ options: String...) async throws -> CommandResult {
        try await run(arguments("plan", version, options))
    }

    func run(_ arguments: [String], variables: [String: String] = [:]) async throws -> CommandResult {
        try await Lab.run(
            droplet.command(arguments), environment: droplet.settings.merging(variables) { _, new in new })
    }

    /// Asks the database.
    func ask(_ sql: String) async throws -> CommandResult {
        try await Lab.run([
            "Scripts/lab", "root", droplet.name, "docker", "exec", "bankflow-staging-postgres-1", "psql", "-XqAt",
            "-v", "ON_ERROR_STOP=1", "-U", "bankflow", "-d", "bankflow", "-c", sql,
        ])
    }

    /// Asks the database for one value.
    func query(_ sql: String) async throws -> String {
        let result = try await ask(sql)
        try #require(result.isSuccess, "\(result.errorOutput)")
        return result.output.trimmed
    }
}

extension String {
    /// The text without the newline at its end.
    var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }
}
