import DeployKitTesting
import Testing

@testable import DeployKit

struct GitHubDeploymentNotifierTests {
    private let github = FakeGitHub()
    private let environment = Environment(
        application: "bankflow", name: "production", branch: "main", routes: [Route("example.com", to: "site")])

    private func notifier(over transport: (any HTTPTransport)? = nil) throws -> GitHubDeploymentNotifier {
        let variables = GitHubClientTests.variables.merging(["DEPLOYKIT_GITHUB_DEPLOYMENTS": "true"]) { $1 }
        return try #require(
            GitHubDeploymentNotifier(
                from: variables, environment: environment, transport: transport ?? github, clock: ManualClock()))
    }

    private func notification(
        _ event: Notification.Event, _ action: RolloutRecord.Action = .deploy, release: String = "v2",
        code: DeployError.Code? = nil
    ) -> Notification {
        var notification = Notification(
            event, action: action, application: "bankflow", environment: "production", release: release,
            serving: event == .succeeded ? "release v2 serves example.com" : "release v1 serves example.com")
        notification.code = code?.name
        return notification
    }

    private var states: [String] { github.deployments.flatMap { $0.states.compactMap { $0["state"]?.string } } }

    @Test func `is asked for, since a job with an environment has a deployment already`() {
        let variables = GitHubClientTests.variables
        for others in [
            [:], ["DEPLOYKIT_GITHUB_DEPLOYMENTS": "false"],
            ["GITHUB_ACTIONS": "", "DEPLOYKIT_GITHUB_DEPLOYMENTS": "true"],
        ] {
            let notifier = GitHubDeploymentNotifier(
                from: variables.merging(others) { $1 }, environment: environment, transport: github)
            #expect(notifier == nil)
        }
    }

    @Test func `a deploy is shown from its start to its end, with both pages, and as the API's description says`()
        async throws
    {
        let log = ExchangeLog(github)
        let notifier = try notifier(over: log)
        try await notifier.notify(notification(.started))
        try await notifier.notify(notification(.succeeded))
        let deployment = try #require(github.deployments.first)
        #expect(github.deployments.count == 1)
        #expect(deployment.environment == "production" && deployment.commit == "c0ffee")
        #expect(states == ["in_progress", "success"])
        for state in deployment.states {
            #expect(state["environment_url"]?.string == "https://example.com")
            #expect(state["log_url"]?.string == "https://github.com/acme/bankflow/actions/runs/7")
        }
        #expect(deployment.states.last?["description"]?.string == "release v2 serves example.com")
        #expect(deployment.states.map { $0["auto_inactive"] } == [false, true])
        let document = try GitHubClientTests.document()
        for (request, response) in log.exchanges {
            let path = FakeGitHub.path(of: request)
            let body = try? JSONValue(parsing: String(decoding: request.body, as: UTF8.self))
            #expect(document.problems(ofRequest: request.method, path, body: body) == [])
            let answer = try JSONValue(parsing: try #require(response).text)
            #expect(document.problems(ofAnswer: response?.status ?? 0, to: request.method, path, body: answer) == [])
        }
    }

    @Test(arguments: [
        (Notification.Event.rolledBack, DeployError.Code.rolledBack, "failure"), (.failed, .unhealthy, "failure"),
        (.failed, .migration, "failure"), (.failed, .unreachable, "error"), (.failed, .cancelled, "error"),
        (.failed, .busy, "error"),
    ])
    func `how it ended says whether the release is at fault`(
        _ event: Notification.Event, _ code: DeployError.Code, _ state: String
    ) async throws {
        let notifier = try notifier()
        try await notifier.notify(notification(.started))
        try await notifier.notify(notification(event, code: code))
        #expect(states == ["in_progress", state])
        #expect(github.deployments.last?.states.last?["description"]?.string == "release v1 serves example.com")
    }

    @Test func `a run that never came to a plan has no deployment`() async throws {
        try await notifier().notify(notification(.failed, release: "", code: .unreachable))
        #expect(github.requests.isEmpty)
    }

    @Test func `a rollback is a deployment of the commit that serves again`() async throws {
        let notifier = try notifier()
        try await notifier.notify(notification(.started, .rollback, release: "abcdef123456-2"))
        try await notifier.notify(notification(.succeeded, .rollback, release: "abcdef123456-2"))
        #expect(github.deployments.map(\.commit) == ["abcdef123456"])
        #expect(states == ["in_progress", "success"])
    }

    @Test func `a rollback to a release that GitHub does not know is a deployment of the run's commit`() async throws {
        github.fail(.status(422))
        try await notifier().notify(notification(.started, .rollback, release: "abcdef123456"))
        try await notifier().notify(notification(.started, .rollback, release: "v1"))
        #expect(github.deployments.map(\.commit) == ["c0ffee", "c0ffee"])
    }

    @Test func `what GitHub does not allow is asked for once`() async throws {
        github.fail(.status(403))
        let notifier = try notifier()
        await #expect(throws: GitHubError.self) { try await notifier.notify(notification(.started)) }
        try await notifier.notify(notification(.succeeded))
        #expect(github.requests.count == 1)
    }

    @Test func `a fault at the start does not keep the end from being shown`() async throws {
        github.fail(.status(502), .status(502), .timesOut, .halfAnAnswer)
        let notifier = try notifier()
        await #expect(throws: GitHubError.self) { try await notifier.notify(notification(.started)) }
        try await notifier.notify(notification(.succeeded))
        #expect(states == ["success"])
    }
}
