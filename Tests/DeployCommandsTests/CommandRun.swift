import DeployKit
import DeployKitTesting
import Synchronization

@testable import DeployCommands

/// Runs commands of the adapter against a droplet in memory, and keeps what they print.
final class CommandRun: Sendable {
    let droplet: FakeDroplet
    let notifier = FakeNotifier()
    private let notifiers: [any Notifier]
    /// Git and Docker of the machine that commands run on.
    let runner = ScriptedShell()
    private let values: [String: Secret]
    private let printed = Mutex((output: "", errors: "", masks: "", connections: 0))

    /// The migrations of the candidate; nil without any.
    let migrations: [Migration]?

    init(
        _ droplet: FakeDroplet = FakeDroplet(CommandRun.environment),
        values: [String: Secret] = ["api.PASSWORD": Secret("sentinel-of-a-secret")], migrations: [Migration]? = nil,
        notifiers: [any Notifier] = []
    ) {
        self.droplet = droplet
        self.values = values
        self.migrations = migrations
        self.notifiers = notifiers
    }

    static let environment = Environment(
        application: "bankflow", name: "staging", branch: "staging",
        routes: [Route("qa.example.com", to: "site"), Route("api.qa.example.com", to: "api")])

    /// What the last command wrote to its standard output.
    var output: String { printed.withLock { $0.output } }
    /// What the last command wrote to its standard error.
    var errors: String { printed.withLock { $0.errors } }

    /// How often the last command opened the droplet.
    var connections: Int { printed.withLock { $0.connections } }
    /// What the last command wrote for GitHub's runner alone.
    var masks: String { printed.withLock { $0.masks } }

    /// Runs a command and returns its exit code.
    func callAsFunction(_ arguments: String..., variables: [String: String] = ["USER": "ana"]) async -> Int32 {
        await self(arguments, variables: variables)
    }

    /// Runs a command and returns its exit code.
    func callAsFunction(
        _ arguments: [String], variables: [String: String] = ["USER": "ana"], github: FakeGitHub? = nil
    ) async -> Int32 {
        printed.withLock { $0 = ("", "", "", 0) }
        return await Adapter.run(arguments, in: context(variables: variables, github: github))
    }

    /// What a command works with.
    func context(variables: [String: String] = ["USER": "ana"], github: FakeGitHub? = nil) -> CommandContext {
        let world = FakeWorldAccess(droplet: droplet, values: values, migrations: migrations) {
            self.printed.withLock { $0.connections += 1 }
        }
        var context = CommandContext(
            environment: droplet.environment, variables: variables, isTerminal: false,
            write: { text in self.printed.withLock { $0.output += text } },
            writeError: { text in self.printed.withLock { $0.errors += text } },
            droplet: world, candidates: world, runnerFindings: { _ in [] })
        context.notifiers = [notifier] + notifiers
        context.maskWriter = { text in self.printed.withLock { $0.masks += text } }
        // Unless the test says otherwise.
        let commit = CommandResult(output: "\(String(repeating: "c0ffee00", count: 5)) 7ee 1\n")
        runner.expect("the commit", repeats: true, where: { $0.arguments.contains("show") }, answer: { _ in commit })
        let branch = CommandResult(output: "refs/heads/\(droplet.environment.branch)\n")
        runner.expect(
            "the branch", repeats: true, where: { $0.arguments.contains("symbolic-ref") }, answer: { _ in branch })
        runner.expect(
            "no change", repeats: true, where: { $0.arguments.contains("status") }, answer: { _ in CommandResult() })
        context.shell = runner
        context.transport = github
        return context
    }
}

/// The droplet in memory in the place of one over SSH, and a candidate in the place of a Compose project.
private struct FakeWorldAccess: DropletAccess, CandidateSource {
    let droplet: FakeDroplet
    let values: [String: Secret]
    let migrations: [Migration]?
    let opened: @Sendable () -> Void

    func withDroplet<Result: Sendable>(
        _ context: CommandContext, _ body: @escaping @Sendable (any Droplet) async throws -> Result
    ) async throws -> Result {
        opened()
        return try await body(droplet)
    }

    func candidate(_ project: ProjectOptions, context: CommandContext) async throws -> ReleaseCandidate {
        let services = ["api", "site"].map { Service(name: $0, kind: .web, port: 8080, hasHealthCheck: true) }
        var candidate = ReleaseCandidate.fake(
            context.release?.version ?? project.release ?? "v1",
            services: services + [Service(name: "postgres", kind: .store)],
            values: values)
        candidate.migrations = migrations
        if let release = context.release {
            candidate.images = try release.pins(of: candidate.images, delivery: .overSSH)
        }
        return candidate
    }
}
