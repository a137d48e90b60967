import DeployKit
import Foundation
import Testing

/// BankFlow's own repository, in a folder of its own, and the workflows that run for it on this machine.
///
/// `act` carries the workflows out, with stand-ins for the actions of GitHub that need GitHub itself: artifacts and the
/// cache.
final class PipelineRepository {
    /// The commit that the example's workflows name, until somebody publishes one.
    private static let commit = String(repeating: "0", count: 40)
    private static let kit = "conciliaextrato/deploykit"

    private let root: URL
    private let tools: String
    private let approver: AuditKey
    private var settings: [String: [String: String]]

    /// Makes the repository of the example, whose first commit is on both branches.
    ///
    /// - Parameter droplets: The droplet of each environment.
    /// - Throws: What kept it from being made.
    init(droplets: [String: LabDroplet]) async throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent(
            "pipeline-\(UInt32.random(in: 0...(.max)))")
        tools = try await Lab.output(["Scripts/tools"]).split(separator: "\n").joined()
        let key = try AuditKey.generate()
        approver = try AuditKey.generate()
        var settings: [String: [String: String]] = [:]
        for (name, droplet) in droplets {
            settings[name] = try Self.settings(of: droplet, signing: key, audit: try AuditKey.generate())
        }
        self.settings = settings
        // Nobody reviews a run of this machine, so somebody who does not run it has to approve it with a key.
        self.settings["production"]?["DEPLOYKIT_APPROVERS"] = "bia=\(approver.publicKey)"
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        try await copySources()
        try await keepExecutables()
        try await git("init", "--quiet", "--initial-branch", "main")
        try await git("remote", "add", "origin", "https://github.com/conciliaextrato/bankflow.git")
        try await commit("Begin")
        try await git("branch", "staging")
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    /// The folder of the working tree.
    var folder: String { root.appendingPathComponent("bankflow").path }
    private var store: String { root.appendingPathComponent("store").path }
    private var library: String { root.appendingPathComponent("deploykit").path }

    /// Runs git in the working tree.
    @discardableResult
    func git(_ arguments: String...) async throws -> String {
        let identity = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com"]
        return try await Lab.output(["git", "-C", folder] + identity + arguments)
    }

    /// Commits all files of the working tree to the branch that is checked out.
    func commit(_ message: String) async throws {
        try await git("add", "--all")
        try await git("commit", "--quiet", "--allow-empty", "--message", message)
    }

    /// Changes a file of the working tree.
    func edit(_ path: String, _ change: (String) -> String) throws {
        let file = URL(fileURLWithPath: folder).appendingPathComponent(path)
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(change(text).utf8).write(to: file)
    }

    /// Runs the workflow of a push to a branch.
    func push(to branch: String) async throws -> CommandResult {
        try await git("checkout", "--quiet", branch)
        let environment = branch == "main" ? "production" : branch
        return try await act(["push"], workflow: environment, environment: environment)
    }

    /// Has somebody else approve the deploy of what is checked out to production, as they do on their own machine.
    func approve() async throws {
        let approvers = try #require(settings["production"]?["DEPLOYKIT_APPROVERS"])
        settings["production"]?["DEPLOYKIT_APPROVAL"] = try await Lab.output(
            [Lab.package + ".build/release/ci-prod", "approve", "--commit", try await head(), "--as", "bia"],
            environment: ["DEPLOYKIT_APPROVERS": approvers, "DEPLOYKIT_APPROVAL_KEY": approver.text.revealed]
        ).filter { !$0.isNewline }
    }

    /// Takes the approval back.
    func disapprove() { settings["production"]?["DEPLOYKIT_APPROVAL"] = nil }

    private func head() async throws -> String {
        try await git("rev-parse", "HEAD").filter { !$0.isNewline }
    }

    /// Runs the workflow that a person starts by hand.
    func operate(_ environment: String, _ command: String, reason: String) async throws -> CommandResult {
        try await git("checkout", "--quiet", environment == "production" ? "main" : environment)
        let inputs = ["environment": environment, "command": command, "reason": reason]
            .sorted { $0.key < $1.key }.flatMap { ["--input", "\($0.key)=\($0.value)"] }
        return try await act(["workflow_dispatch"] + inputs, workflow: "operate", environment: environment)
    }

    private func act(_ event: [String], workflow: String, environment: String) async throws -> CommandResult {
        let own = settings[environment] ?? [:]
        let isSecret: (String) -> Bool = { $0.hasSuffix("_KEY") && !$0.contains("PUBLIC") || $0 == "POSTGRES_PASSWORD" }
        let secrets = try file("secrets", own.filter { isSecret($0.key) })
        let variables = try file("variables", own.filter { !isSecret($0.key) })
        let stand = Lab.package + "Tests/LabTests/Resources/actions"
        let actions = [
            "\(Self.kit)@\(Self.commit)=\(library)",
            "actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae=\(stand)/cache",
            "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f=\(stand)/upload-artifact",
            "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c=\(stand)/download-artifact",
        ].flatMap { ["--local-repository", $0] }
        let path = "\(stand)/bin:\(tools):" + (Self.variable("PATH") ?? "")
        let arguments =
            ["\(tools)/act"] + event + ["--workflows", ".github/workflows/\(workflow).yml", "--actor", "ana"]
            + ["--platform", "ubuntu-24.04=-self-hosted", "--use-new-action-cache", "--action-offline-mode"]
            + ["--secret-file", secrets, "--var-file", variables, "--env-file", "/dev/null"]
            + ["--action-cache-path", root.appendingPathComponent("act").path, "--no-cache-server"]
            + [
                "DEPLOYKIT_ACTIONS_STORE=\(store)", "DEPLOYKIT_CA_FILE=\(own["DEPLOYKIT_CA_FILE"] ?? "")",
                "GIT_CONFIG_GLOBAL=\(root.path)/gitconfig", "CARGO_HOME=\(root.path)/cargo",
            ]
            .flatMap { ["--env", $0] } + actions
        return try await Lab.run(
            ["sh", "-c", #"cd "$1"; shift; exec "$@" 2>&1"#, "sh", folder] + arguments,
            environment: ["PATH": path, "DOCKER_BUILDKIT": "0", "DEPLOYKIT_ACTIONS_STORE": store],
            deadline: .seconds(900))
    }

    private static func settings(
        of droplet: LabDroplet, signing: AuditKey, audit: AuditKey
    ) throws -> [String: String] {
        func text(_ name: String) throws -> String {
            let path = try #require(droplet.settings["\(name)_FILE"])
            return try String(contentsOfFile: path, encoding: .utf8)
        }
        let plain = ["DEPLOYKIT_HOST", "DEPLOYKIT_USER", "DEPLOYKIT_CA_FILE"]
        var settings = droplet.settings.filter { plain.contains($0.key) }
        settings["DEPLOYKIT_SSH_KEY"] = try text("DEPLOYKIT_SSH_KEY")
        settings["DEPLOYKIT_KNOWN_HOSTS"] = try text("DEPLOYKIT_KNOWN_HOSTS")
        settings["DEPLOYKIT_SIGNING_KEY"] = signing.text.revealed
        settings["DEPLOYKIT_SIGNING_PUBLIC_KEY"] = "\(signing.publicKey)"
        settings["DEPLOYKIT_AUDIT_KEY"] = audit.text.revealed
        settings["DEPLOYKIT_AUDIT_PUBLIC_KEY"] = "\(audit.publicKey)"
        settings["POSTGRES_PASSWORD"] = "of-the-pipeline"
        return settings
    }

    private static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

    /// Writes values as `act` reads them; those of several lines are in quotes, and those with quotes in others.
    private func file(_ name: String, _ values: [String: String]) throws -> String {
        let file = root.appendingPathComponent(name)
        let lines = values.sorted { $0.key < $1.key }.map { name, value in
            if value.contains("\"") { return "\(name)='\(value)'\n" }
            let escaped = value.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
            return "\(name)=\"\(escaped)\"\n"
        }
        try Data(lines.joined().utf8).write(to: file)
        return file.path
    }

    /// The example as a repository of its own, and the library with its workflows.
    private func copySources() async throws {
        // `act` does not know the syntax for an action of the workflow's own repository, so here it is named in full; nor
        // that a job with an environment may deploy nothing.
        let script = #"""
            mkdir -p "$2" "$3"
            git -C "$1/Examples/bankflow" ls-files --cached --others --exclude-standard -z |
                tar -C "$1/Examples/bankflow" --null --no-recursion -T - -c | tar -C "$2" -x
            git -C "$1" ls-files --cached --others --exclude-standard -z .github Package.swift Sources |
                tar -C "$1" --null --no-recursion -T - -c | tar -C "$3" -x
            # The database of advisories, as if it were on GitHub.
            git init --quiet --initial-branch main "${2%/*}/advisories"
            mkdir "${2%/*}/advisories/crates"
            touch "${2%/*}/advisories/crates/.keep"
            git -C "${2%/*}/advisories" add --all
            git -C "${2%/*}/advisories" -c user.name=Ana -c user.email=ana@example.com commit --quiet --message None
            printf '[url "file://%s"]\n\tinsteadOf = https://github.com/RustSec/advisory-db\n' \
                "${2%/*}/advisories" >"${2%/*}/gitconfig"
            sed -i "s#uses: \$/\(.*\)#uses: $4/\1@$5#; /^ *deployment: false/d" "$3"/.github/workflows/*.yml
            """#
        try await Lab.output(["sh", "-euc", script, "sh", Lab.package, folder, library, Self.kit, Self.commit])
    }

    /// Puts the release builds where the action keeps what it has built from these sources.
    private func keepExecutables() async throws {
        let script = #"""
            for program in ci-stage ci-prod; do
                GITHUB_OUTPUT=$2/output RUNNER_TEMP=/nowhere "$1/.github/actions/deploykit/executable" name $program
                key=$(sed -n 's/^key=//p' "$2/output" | tail -n 1)
                mkdir -p "$2/cache/$key"
                cp "$3.build/release/$program" "$2/cache/$key/"
                (cd "$2/cache/$key" && sha256sum $program >SHA256SUMS)
            done
            """#
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: store), withIntermediateDirectories: true)
        try await Lab.output(["sh", "-euc", script, "sh", library, store, Lab.package])
    }
}
