import DeployKit
import DeployKitTesting
import Testing

@testable import DeployCommands

/// Whatever GitHub answers, a deploy that succeeded has succeeded.
struct GitHubDeploymentCommandTests {
    private let github = FakeGitHub()
    private let folder: WorkflowFolder
    private let variables: [String: String]
    private let run: CommandRun

    init() throws {
        folder = try WorkflowFolder()
        variables = folder.variables(["DEPLOYKIT_GITHUB_DEPLOYMENTS": "true"])
        let notifier = try #require(
            GitHubDeploymentNotifier(
                from: variables, environment: CommandRun.environment, transport: github, clock: ManualClock()))
        run = CommandRun(notifiers: [notifier])
    }

    private var states: [[String]] { github.deployments.map { $0.states.compactMap { $0["state"]?.string } } }

    struct Answer: Sendable, CustomTestStringConvertible {
        let fault: FakeGitHub.Fault
        /// What the warning names; nil where a later try goes well and nothing is to be warned of.
        let warning: String?
        var count = 40
        var testDescription: String { "\(fault), \(count) times" }
    }

    @Test(arguments: [
        Answer(fault: .status(401), warning: "unauthorized"),
        Answer(fault: .status(403), warning: "forbidden"),
        Answer(fault: .status(404), warning: "notFound"),
        Answer(fault: .status(409), warning: "conflict"),
        Answer(fault: .status(422), warning: "invalid"),
        Answer(fault: .status(429, headers: ["retry-after": "2"]), warning: "limited"),
        Answer(fault: .status(429, headers: ["retry-after": "7200"]), warning: "limited"),
        Answer(fault: .status(403, headers: ["x-ratelimit-remaining": "0"]), warning: "limited"),
        Answer(fault: .status(500), warning: "unavailable"),
        Answer(fault: .status(503), warning: "unavailable"),
        Answer(fault: .timesOut, warning: "unreachable"),
        Answer(fault: .losesAnswer, warning: "unreachable"),
        Answer(fault: .halfAnAnswer, warning: "malformed"),
        Answer(fault: .status(429, headers: ["retry-after": "2"]), warning: nil, count: 1),
        Answer(fault: .status(502), warning: nil, count: 1),
        Answer(fault: .timesOut, warning: nil, count: 1),
        Answer(fault: .losesAnswer, warning: nil, count: 1),
        Answer(fault: .halfAnAnswer, warning: nil, count: 1),
    ])
    func `no answer loses a deploy that succeeded`(_ answer: Answer) async {
        for _ in 0..<answer.count { github.fail(answer.fault) }
        #expect(await run("deploy", "--version", "v1", variables: variables) == 0)
        #expect(run.output.contains("Release v1 serves bankflow-staging"))
        #expect(folder.outputs["exit_code"] == "0")
        #expect(run.notifier.notifications.map(\.event) == [.started, .succeeded])
        #expect(!run.errors.contains("sentinel-of-a-token"))
        if let warning = answer.warning {
            #expect(run.errors.contains("warning: GitHub was not told that"), "\(run.errors)")
            #expect(run.errors.contains("(\(warning))"), "\(run.errors)")
        } else {
            #expect(!run.errors.contains("was not told"), "\(run.errors)")
            #expect(states == [["in_progress", "success"]])
        }
    }

    @Test func `a release that fails is shown as that, and the one before as ever`() async {
        #expect(await run("deploy", "--version", "v1", variables: variables) == 0)
        let notifier = GitHubDeploymentNotifier(
            from: variables, environment: CommandRun.environment, transport: github, clock: ManualClock())
        let second = CommandRun(run.droplet, notifiers: [notifier].compactMap { $0 })
        run.droplet.setBehaviour(of: "api", in: "v2", to: .exits(3, after: .milliseconds(1)))
        #expect(await second("deploy", "--version", "v2", variables: variables) == 5)
        #expect(states == [["in_progress", "success"], ["in_progress", "failure"]])
        let last = github.deployments.last?.states.last
        #expect(last?["description"]?.string?.hasPrefix("release v1 serves qa.example.com") == true)
        #expect(last?["environment_url"]?.string == "https://qa.example.com")
    }

    @Test func `GitHub's faults do not change how a failed deploy ends`() async {
        for _ in 0..<40 { github.fail(.timesOut) }
        run.droplet.setBehaviour(of: "api", in: "v1", to: .exits(3, after: .milliseconds(1)))
        #expect(await run("deploy", "--version", "v1", variables: variables) == 5)
    }
}
