import DeployKitTesting
import Foundation
import Testing

@testable import DeployKit

struct GitHubClientTests {
    static let variables = [
        "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/bankflow", "GITHUB_RUN_ID": "7", "GITHUB_SHA": "c0ffee",
        "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REF": "refs/heads/main", "GITHUB_ACTOR": "ana",
        "GITHUB_TOKEN": "t0k",
    ]

    static func client(_ github: FakeGitHub, clock: ManualClock = ManualClock()) throws -> GitHubClient {
        GitHubClient(context: try #require(GitHubContext(from: variables)), transport: github, clock: clock)
    }

    static func document() throws -> OpenAPIDocument {
        let url = try #require(
            Bundle.module.url(forResource: "contract", withExtension: "json", subdirectory: "Resources/github"))
        return try OpenAPIDocument(json: String(contentsOf: url, encoding: .utf8))
    }

    /// Deploys, says so, and reads the checks, the approvals, and what is deployed.
    static func wholeConversation(_ client: GitHubClient) async throws {
        let deployment = try await client.createDeployment(
            to: "production", description: String(repeating: "é", count: 200), isProduction: true)
        try await client.setState(
            .success, of: deployment, environmentURL: "https://conciliaextrato.com", description: "serves")
        _ = try await client.checks(of: "c0ffee")
        _ = try await client.approvals()
        _ = try await client.deployedCommit(to: "production")
    }

    @Test
    func `what it asks and what the fake answers is what the API's description allows`() async throws {
        let github = FakeGitHub()
        github.addCheck("test")
        github.addCheck("lint", status: "in_progress", conclusion: "")
        github.addApproval(by: "bia", of: "production")
        let recorder = ExchangeLog(github)
        let client = GitHubClient(
            context: try #require(GitHubContext(from: Self.variables)), transport: recorder, clock: ManualClock())
        github.fail(.losesAnswer)
        try await Self.wholeConversation(client)
        let document = try Self.document()
        #expect(recorder.exchanges.count == 7)
        for (request, response) in recorder.exchanges {
            let path = FakeGitHub.path(of: request)
            let body = try? JSONValue(parsing: String(decoding: request.body, as: UTF8.self))
            #expect(document.problems(ofRequest: request.method, path, body: body) == [])
            guard let response else { continue }
            let answer = try JSONValue(parsing: response.text)
            #expect(document.problems(ofAnswer: response.status, to: request.method, path, body: answer) == [])
        }
    }

    @Test
    func `the document finds what is not allowed`() throws {
        let document = try Self.document()
        let path = "/repos/acme/bankflow/deployments"
        #expect(
            document.problems(ofRequest: "POST", path, body: ["reff": "main"]) == [
                "body has no ref", "body has an unknown reff",
            ])
        #expect(document.problems(ofRequest: "POST", path, body: ["ref": 1]) == ["body.ref is no string"])
        #expect(document.problems(ofRequest: "DELETE", path, body: nil) == ["DELETE \(path) is no operation"])
        #expect(document.problems(ofRequest: "GET", path + "?shaa=1", body: nil) == ["the query has no shaa"])
        #expect(
            document.problems(ofRequest: "POST", path + "/1/statuses", body: ["state": "done"]).first?
                .hasPrefix("body.state is none of") == true)
        #expect(!document.problems(ofAnswer: 201, to: "POST", path, body: ["id": 1]).isEmpty)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var fault: FakeGitHub.Fault
        var kind: GitHubError.Kind
        /// How many requests are sent until the client gives up.
        var requests: Int
        var testDescription: String { "\(fault)" }
    }

    @Test(arguments: [
        Refusal(fault: .status(401), kind: .unauthorized, requests: 1),
        Refusal(fault: .status(403), kind: .forbidden, requests: 1),
        Refusal(fault: .status(404), kind: .notFound, requests: 1),
        Refusal(fault: .status(409), kind: .conflict, requests: 1),
        Refusal(fault: .status(422), kind: .invalid, requests: 1),
        Refusal(fault: .status(429, headers: ["Retry-After": "3600"]), kind: .limited, requests: 1),
        Refusal(fault: .status(429, headers: ["retry-after": "2"]), kind: .limited, requests: 3),
        Refusal(fault: .status(403, headers: ["x-ratelimit-remaining": "0"]), kind: .limited, requests: 3),
        Refusal(fault: .status(502), kind: .unavailable, requests: 3),
        Refusal(fault: .timesOut, kind: .unreachable, requests: 3),
        Refusal(fault: .halfAnAnswer, kind: .malformed, requests: 3),
    ])
    func `each failure has an outcome, and is final after some tries`(_ refusal: Refusal) async throws {
        let github = FakeGitHub()
        github.fail(refusal.fault, refusal.fault, refusal.fault)
        let client = try Self.client(github)
        let error = await #expect(throws: GitHubError.self) { try await client.checks(of: "c0ffee") }
        #expect(error?.kind == refusal.kind)
        #expect(github.requests.count == refusal.requests)
    }

    @Test
    func `waits as long as GitHub asks, and then goes on`() async throws {
        let github = FakeGitHub()
        let clock = ManualClock()
        github.fail(.status(429, headers: ["Retry-After": "7"]))
        _ = try await Self.client(github, clock: clock)
            .createDeployment(to: "staging", description: "", isProduction: false)
        #expect(clock.now.offset == .seconds(7))
        #expect(github.deployments.count == 1)
    }

    @Test(arguments: [FakeGitHub.Fault.losesAnswer, .halfAnAnswer])
    func `a deployment whose answer got lost is found and not created twice`(_ fault: FakeGitHub.Fault) async throws {
        let github = FakeGitHub()
        github.fail(fault)
        let deployment = try await Self.client(github)
            .createDeployment(to: "staging", description: "", isProduction: false)
        #expect(github.deployments.map(\.id) == [deployment.id])
    }

    @Test(arguments: [FakeGitHub.Fault.timesOut, .status(500)])
    func `a deployment that was not created is asked for again`(_ fault: FakeGitHub.Fault) async throws {
        let github = FakeGitHub()
        github.fail(fault)
        _ = try await Self.client(github).createDeployment(to: "staging", description: "", isProduction: false)
        #expect(github.deployments.count == 1)
    }

    @Test
    func `what is deployed is the newest deployment of the environment that ended well`() async throws {
        let github = FakeGitHub()
        let client = try Self.client(github)
        #expect(try await client.deployedCommit(to: "production") == nil)
        github.addDeployment(of: "a", to: "production", states: [.inProgress, .success])
        github.addDeployment(of: "b", to: "production", states: [.inProgress, .success, .inactive])
        github.addDeployment(of: "c", to: "production", states: [.inProgress, .success, .failure])
        github.addDeployment(of: "d", to: "production", states: [.inProgress, .failure, .inactive])
        github.addDeployment(of: "e", to: "production", states: [.inProgress])
        github.addDeployment(of: "f", to: "production", states: [])
        github.addDeployment(of: "g", to: "staging", states: [.success])
        #expect(try await client.deployedCommit(to: "production") == "b")
        #expect(try await client.deployedCommit(to: "staging") == "g")
    }

    @Test
    func `reads all pages of checks`() async throws {
        let github = FakeGitHub()
        for number in 1...150 { github.addCheck("check \(number)") }
        let checks = try await Self.client(github).checks(of: "c0ffee")
        #expect(Set(checks.map(\.name)).count == 150)
        #expect(!checks.contains { !$0.hasPassed })
    }

    @Test
    func `a process outside of GitHub Actions has no run`() {
        #expect(GitHubContext(from: [:]) == nil)
        var variables = Self.variables
        variables["GITHUB_REPOSITORY"] = "bankflow"
        #expect(GitHubContext(from: variables) == nil)
    }

    @Test
    func `an error never shows the token`() async throws {
        let github = FakeGitHub()
        github.fail(.status(401))
        let client = try Self.client(github)
        let error = await #expect(throws: GitHubError.self) { try await client.checks(of: "c0ffee") }
        #expect(error.map { "\($0)".contains("t0k") } == false)
    }
}
