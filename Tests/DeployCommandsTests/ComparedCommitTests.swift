import DeployKit
import DeployKitTesting
import FoundationEssentials
import Testing

@testable import DeployCommands

/// With which commit the gate of migrations compares, on a real git repository.
struct ComparedCommitTests {
    private let run: CommandRun
    private let folder: WorkflowFolder
    private let github = FakeGitHub()
    private let shell = LocalShell()
    private var repository: String { folder.path("repository") }

    init() throws {
        folder = try WorkflowFolder()
        var environment = CommandRun.environment
        environment.migrations = MigrationPolicy(.sql)
        environment.gates = GatePolicy([Gate("migrations", title: "Migrations", runs: .migrations)])
        run = CommandRun(FakeDroplet(environment))
    }

    /// Commits a file, and returns the commit's hash.
    @discardableResult
    private func commit(_ file: String, _ text: String) async throws -> String {
        try await shell.output(
            of: .script(
                """
                git init --quiet "$1"
                cd "$1"
                mkdir -p "$(dirname "$2")"
                printf '%s\\n' "$3" >"$2"
                git add --all
                git -c user.name=A -c user.email=a@example.com commit --quiet --message change
                git rev-parse HEAD
                """, [repository, file, text])
        ).lastLines(1)
    }

    private func gate(_ context: CommandContext) async -> Int32 {
        var context = context
        context.shell = shell
        return await Adapter.run(["gate", "--project-directory", repository], in: context)
    }

    private func compared(_ context: CommandContext) async -> String? {
        var context = context
        context.shell = shell
        return await context.comparedCommit(in: repository)
    }

    /// The run of a push on top of a commit.
    private func push(on before: String, _ others: [String: String] = [:]) throws -> CommandContext {
        try folder.write(#"{"before": "\#(before)"}"#, to: "event.json")
        let variables = folder.variables(["GITHUB_EVENT_PATH": folder.path("event.json")].merging(others) { $1 })
        return run.context(variables: variables, github: github)
    }

    @Test func `a contract migration of a red push is still seen in the push that follows`() async throws {
        let deployed = try await commit("migrations/1_a.sql", "CREATE TABLE a (b int);")
        let red = try await commit("migrations/2_b.sql", "ALTER TABLE a DROP COLUMN b;")
        try await commit("README.md", "a change")
        #expect(await gate(try push(on: red)) == 0, "compared with the red one, nothing is seen")
        github.addDeployment(of: deployed, to: "staging", states: [.inProgress, .success])
        #expect(await gate(try push(on: red)) == 14, "\(run.output)")
        #expect(run.output.contains("2_b.sql"), "\(run.output)")
        #expect(await compared(try push(on: red)) == deployed)
    }

    @Test func `what is not in this history, or was deployed elsewhere, is not compared with`() async throws {
        let before = try await commit("a", "1")
        try await commit("a", "2")
        github.addDeployment(of: before, to: "production", states: [.success])
        #expect(await compared(try push(on: before)) == before)
        #expect(run.errors.contains("GitHub knows no deployment to staging that ended well"), "\(run.errors)")
        for stranger in [String(repeating: "a", count: 40), "--help"] {
            github.addDeployment(of: stranger, to: "staging", states: [.success])
            #expect(await compared(try push(on: before)) == before)
            #expect(run.errors.contains("is not in this history"), "\(run.errors)")
        }
    }

    @Test(arguments: [
        FakeGitHub.Fault.status(401), .status(403), .status(404), .status(429, headers: ["retry-after": "3600"]),
    ])
    func `where GitHub does not say what is deployed, it is what the push came on top of, and a line says so`(
        _ fault: FakeGitHub.Fault
    ) async throws {
        let deployed = try await commit("a", "1")
        let before = try await commit("a", "2")
        try await commit("a", "3")
        github.addDeployment(of: deployed, to: "staging", states: [.success])
        github.fail(fault)
        #expect(await compared(try push(on: before)) == before)
        #expect(run.errors.contains("note: migrations are not compared with what is deployed. GitHub: "))
        #expect(await compared(try push(on: before)) == deployed)
        #expect(await compared(try push(on: before, ["GITHUB_TOKEN": ""])) == before)
        #expect(run.errors.contains("there is no token"), "\(run.errors)")
    }

    @Test func `a pull request, and a run outside of GitHub Actions, ask GitHub nothing`() async throws {
        let base = try await commit("a", "1")
        try await commit("a", "2")
        github.addDeployment(of: base, to: "staging", states: [.success])
        try folder.write(#"{"pull_request": {"base": {"sha": "\#(base)"}}}"#, to: "event.json")
        let variables = folder.variables(["GITHUB_EVENT_PATH": folder.path("event.json")])
        #expect(await compared(run.context(variables: variables, github: github)) == base)
        #expect(await compared(run.context(github: github)) == nil)
        #expect(github.requests.isEmpty)
        #expect(run.errors == "")
    }
}
