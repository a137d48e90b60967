import DeployKit
import FoundationEssentials
import Testing

/// A droplet of the lab with nothing on it, and the commands of BankFlow's staging against it.
struct LabDroplet: Sendable {
    /// Its name in the lab.
    let name: String
    /// The settings that the commands read.
    private(set) var settings: [String: String]

    /// Hands an empty droplet to a test, when it is its turn.
    ///
    /// - Parameters:
    ///   - name: The droplet's name; a droplet has one test at a time.
    ///   - room: How much of the machine the test takes.
    ///   - body: The test.
    /// - Throws: What `body` throws, or the lab's error.
    static func with(
        _ name: String = "tests", room: LabRoom = .share, _ body: (LabDroplet) async throws -> Void
    ) async throws {
        try await LabRoom.turn(of: name).run {
            try await room.taken { try await prepared(name, body) }
        }
    }

    private static func prepared(_ name: String, _ body: (LabDroplet) async throws -> Void) async throws {
        try await Lab.output(["Scripts/lab", "up", name])
        try await reset(name)
        let exports = try await Lab.output(["sh", "-c", #"eval "$(Scripts/lab env "$1")"; env"#, "sh", name])
        let pairs = exports.split(separator: "\n").compactMap { line -> (String, String)? in
            guard line.hasPrefix("DEPLOYKIT_"), let equals = line.firstIndex(of: "=") else { return nil }
            return (String(line[..<equals]), String(line[line.index(after: equals)...]))
        }
        var droplet = LabDroplet(name: name, settings: Dictionary(pairs, uniquingKeysWith: { _, last in last }))
        droplet.settings["COMPOSE_PROJECT_NAME"] = droplet.project
        // Whatever is checked out here plays the branch of staging.
        droplet.settings["DEPLOYKIT_REF"] = "staging"
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(droplet)) } catch { outcome = .failure(error) }
        // What goes on running would take its part of the machine from the tests that follow.
        _ = try? await droplet.root("docker ps -q | xargs -r docker kill >/dev/null")
        try outcome.get()
    }

    private static func reset(_ name: String) async throws { try await Lab.output(["Scripts/lab", "reset", name]) }

    /// Takes everything off the droplet again, in the middle of a test.
    func reset() async throws { try await Self.reset(name) }

    /// The droplet's address.
    var address: String { settings["DEPLOYKIT_HOST"] ?? "" }

    /// The arguments and variables with which `ci-stage` runs a command against it.
    func command(_ arguments: [String]) -> [String] {
        [Lab.package + ".build/debug/ci-stage"] + arguments
    }

    /// Runs `ci-stage`.
    func stage(
        _ arguments: String..., variables: [String: String] = [:], deadline: Duration = .seconds(300)
    ) async throws -> CommandResult {
        let environment = settings.merging(variables) { _, new in new }
        return try await Lab.run(command(arguments), environment: environment, deadline: deadline)
    }

    /// Deploys the example as one of the versions that were built; without a watch, unless the options ask for one.
    func deploy(
        _ version: String, as release: String? = nil, variables: [String: String] = [:], options: [String] = []
    ) async throws -> CommandResult {
        let arguments = try await deployment(of: version, as: release) + options
        return try await Lab.run(command(arguments), environment: settings.merging(variables) { _, new in new })
    }

    /// The arguments that deploy the example as one of the versions that were built, whose images get its names.
    func deployment(of version: String, as release: String? = nil) async throws -> [String] {
        for service in ["site", "saas", "api"] {
            try await Lab.output(["docker", "tag", "bankflow-\(service):\(version)", "\(project)-\(service)"])
        }
        return [
            "deploy", "--project-directory", Lab.package + "Examples/bankflow", "--version", release ?? version,
            "--watch", "0",
        ]
    }

    /// What Compose calls the example in the droplet's tests, so that their images are their own.
    private var project: String { "bankflow-\(name)" }

    /// Runs a script on the droplet as root.
    @discardableResult
    func root(_ script: String) async throws -> String {
        try await Lab.output(["Scripts/lab", "root", name, "sh", "-euc", script])
    }

    /// The status, as programs read it.
    func status() async throws -> StatusReport {
        let result = try await stage("status", "--output", "json")
        try #require(result.isSuccess, "\(result.errorOutput)")
        return try JSONDecoder().decode(StatusReport.self, from: Data(result.output.utf8))
    }

    /// The version that a public name answers with.
    func version(_ host: String = "api.qa.conciliaextrato.com") async throws -> String {
        let headers = try await Lab.run([
            "curl", "-s", "-o", "/dev/null", "-D", "-", "--max-time", "10", "-H", "Host: \(host)",
            "http://\(address)/health",
        ]).output
        let line = headers.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix("x-version:") }
        return line.map { $0.dropFirst("x-version:".count).drop { $0 == " " } }.map(String.init) ?? ""
    }

    /// Waits until every domain is answered by a version, at most half a minute.
    func untilAllDomainsAnswer(_ version: String) async throws {
        for host in Load.hosts {
            try await root(
                """
                for try in $(seq 150); do
                    curl -sD - -o /dev/null -H 'Host: \(host)' localhost/health | tr -d '\\r' |
                        grep -qix 'x-version: \(version)' && exit 0
                    sleep 0.2
                done
                exit 1
                """)
        }
    }

    /// The names of the droplet's containers of a slot.
    func containers(in slot: Slot) async throws -> [String] {
        try await root("docker ps --all --format '{{.Names}}' --filter label=deploykit.slot=\(slot.rawValue)")
            .split(separator: "\n").map(String.init).sorted()
    }
}
