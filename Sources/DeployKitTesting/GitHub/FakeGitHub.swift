public import DeployKit
internal import Synchronization

/// GitHub's REST API in memory: one repository with its deployments, checks and approvals.
///
/// It is an ``HTTPTransport``, so a ``GitHubClient`` speaks to it as to GitHub; ``fail(_:)`` lets answers go wrong.
public final class FakeGitHub: HTTPTransport {
    /// What goes wrong with one request.
    public enum Fault: Sendable, Hashable {
        /// The request is refused with a status, and nothing is done.
        case status(Int, headers: [String: String] = [:])
        /// The request does not arrive, and there is no answer in time.
        case timesOut
        /// What was asked for is done, and there is no answer in time.
        case losesAnswer
        /// What was asked for is done, and half of the answer arrives.
        case halfAnAnswer
    }

    /// A deployment, with the states that it was said to be in.
    public struct Deployment: Sendable, Hashable {
        /// Its number.
        public var id: Int
        /// Where it goes.
        public var environment: String
        /// The commit.
        public var commit: String
        /// What was sent along.
        public var payload: JSONValue
        /// The states, the first first.
        public var states: [JSONValue] = []
    }

    private struct State {
        var deployments: [Deployment] = []
        var checks: [(name: String, status: String, conclusion: String, app: String)] = []
        var approvals: [(user: String, isApproved: Bool, environment: String)] = []
        var faults: [Fault] = []
        var requests: [HTTPRequest] = []
        var lastID = 0
    }

    /// The repository, as `owner/name`.
    public let repository: String
    private let state = Mutex(State())

    /// Makes a repository without deployments.
    public init(repository: String = "acme/bankflow") {
        self.repository = repository
    }

    /// The deployments, the first first.
    public var deployments: [Deployment] { state.withLock(\.deployments) }

    /// The requests that arrived or got lost on the way, the first first.
    public var requests: [HTTPRequest] { state.withLock(\.requests) }

    /// Lets the next requests go wrong, one after the other.
    public func fail(_ faults: Fault...) { state.withLock { $0.faults += faults } }

    /// Adds a check to the commit: a job's, or that of another app.
    public func addCheck(
        _ name: String, status: String = "completed", conclusion: String = "success", by app: String = "github-actions"
    ) {
        state.withLock { $0.checks.append((name, status, conclusion, app)) }
    }

    /// Adds a deployment that went through some states, the first first.
    public func addDeployment(of commit: String, to environment: String, states: [GitHubDeployment.State]) {
        state.withLock { state in
            state.lastID += 1
            state.deployments.append(
                Deployment(
                    id: state.lastID, environment: environment, commit: commit, payload: [:],
                    states: states.map { ["state": .string($0.rawValue)] }))
        }
    }

    /// Adds a person's word on the run.
    public func addApproval(by user: String, of environment: String, isApproved: Bool = true) {
        state.withLock { $0.approvals.append((user, isApproved, environment)) }
    }

    /// Answers a request.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let fault = state.withLock { state in
            state.requests.append(request)
            return state.faults.isEmpty ? nil : state.faults.removeFirst()
        }
        switch fault {
        case nil:
            return answer(request)
        case .status(let status, let headers):
            let body: JSONValue = ["message": "injected", "documentation_url": "", "status": .string(String(status))]
            return HTTPResponse(
                status: status, headers: headers.map { HTTPHeader($0.key, $0.value) },
                body: Array(body.compactText.utf8))
        case .timesOut:
            throw HTTPError(.timeout, "no answer in time")
        case .losesAnswer:
            _ = answer(request)
            throw HTTPError(.timeout, "no answer in time")
        case .halfAnAnswer:
            var response = answer(request)
            response.body = Array(response.body.prefix(response.body.count / 2))
            return response
        }
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        let path = Self.path(of: request)
        guard request.headers.contains(where: { $0.name == "Authorization" }) else { return refusal(401) }
        let parts = path.prefix { $0 != "?" }.split(separator: "/").map(String.init)
        guard parts.count > 3, parts[0] == "repos", parts[1] + "/" + parts[2] == repository else { return refusal(404) }
        let body = try? JSONValue(parsing: String(decoding: request.body, as: UTF8.self))
        switch (request.method, Array(parts[3...])) {
        case ("POST", ["deployments"]):
            return create(body ?? .null)
        case ("GET", ["deployments"]):
            return list(path)
        case ("POST", let rest) where rest.count == 3 && rest[0] == "deployments" && rest[2] == "statuses":
            return setState(Int(rest[1]) ?? 0, body ?? .null)
        case ("GET", let rest) where rest.count == 3 && rest[0] == "deployments" && rest[2] == "statuses":
            return listStates(of: Int(rest[1]) ?? 0)
        case ("GET", let rest) where rest.count == 3 && rest[0] == "commits" && rest[2] == "check-runs":
            return listChecks(page: path)
        case ("GET", let rest) where rest.count == 4 && rest[1] == "runs" && rest[3] == "approvals":
            return listApprovals()
        default:
            return refusal(404)
        }
    }

    /// The path and the query of a request, as the document writes them.
    public static func path(of request: HTTPRequest) -> String {
        // Behind `https://` and the host.
        "/" + request.url.split(separator: "/", omittingEmptySubsequences: false).dropFirst(3).joined(separator: "/")
    }

    private func create(_ body: JSONValue) -> HTTPResponse {
        guard let ref = body["ref"]?.string else { return refusal(422) }
        let deployment = state.withLock { state in
            state.lastID += 1
            let deployment = Deployment(
                id: state.lastID, environment: body["environment"]?.string ?? "production", commit: ref,
                payload: body["payload"] ?? [:])
            state.deployments.append(deployment)
            return deployment
        }
        return Self.response(201, rendered(deployment))
    }

    private func list(_ path: String) -> HTTPResponse {
        let query = path.split(separator: "?").last?.split(separator: "&").map(String.init) ?? []
        let shown = deployments.reversed().filter { deployment in
            (!query.contains { $0.hasPrefix("environment=") }
                || query.contains("environment=\(deployment.environment)"))
                && (!query.contains { $0.hasPrefix("sha=") } || query.contains("sha=\(deployment.commit)"))
        }
        return Self.response(200, .array(shown.map(rendered)))
    }

    private func listStates(of id: Int) -> HTTPResponse {
        guard let deployment = deployments.first(where: { $0.id == id }) else { return refusal(404) }
        let states = deployment.states.enumerated().reversed().map { number, body in
            rendered(body, number: number + 1, of: id)
        }
        return Self.response(200, .array(states))
    }

    private func setState(_ id: Int, _ body: JSONValue) -> HTTPResponse {
        let number = state.withLock { state -> Int? in
            guard let index = state.deployments.firstIndex(where: { $0.id == id }) else { return nil }
            state.deployments[index].states.append(body)
            return state.deployments[index].states.count
        }
        guard let number else { return refusal(404) }
        return Self.response(201, rendered(body, number: number, of: id))
    }

    private func listChecks(page path: String) -> HTTPResponse {
        let checks = state.withLock(\.checks)
        let number = path.split(separator: "&").compactMap { Int($0.drop { !$0.isNumber }) }.last ?? 1
        let shown = checks.dropFirst((number - 1) * 100).prefix(100)
        let runs = shown.enumerated().map { index, check -> JSONValue in
            [
                "id": .integer(index + 1), "head_sha": "abc", "node_id": "N", "external_id": .null,
                "url": "https://api.github.com/", "html_url": .null, "details_url": .null,
                "status": .string(check.status),
                "conclusion": check.conclusion.isEmpty ? .null : .string(check.conclusion),
                "started_at": .null, "completed_at": .null, "name": .string(check.name), "check_suite": .null,
                "app": Self.app(check.app), "pull_requests": [],
                "output": [
                    "title": .null, "summary": .null, "text": .null, "annotations_count": 0,
                    "annotations_url": "https://api.github.com/",
                ],
            ]
        }
        return Self.response(200, ["total_count": .integer(checks.count), "check_runs": .array(runs)])
    }

    private func listApprovals() -> HTTPResponse {
        let approvals = state.withLock(\.approvals).map { approval -> JSONValue in
            [
                "state": approval.isApproved ? "approved" : "rejected", "comment": "",
                "environments": [["id": 1, "name": .string(approval.environment)]],
                "user": Self.user(approval.user),
            ]
        }
        return Self.response(200, .array(approvals))
    }

    private func refusal(_ status: Int) -> HTTPResponse {
        Self.response(status, ["message": "refused", "documentation_url": "https://docs.github.com/rest"])
    }
}

extension FakeGitHub {
    private static let time: JSONValue = "2026-11-28T12:00:00Z"

    private static func response(_ status: Int, _ body: JSONValue) -> HTTPResponse {
        HTTPResponse(status: status, body: Array(body.compactText.utf8))
    }

    private func rendered(_ deployment: Deployment) -> JSONValue {
        let url = "https://api.github.com/repos/\(repository)"
        return [
            "url": .string("\(url)/deployments/\(deployment.id)"), "id": .integer(deployment.id), "node_id": "N",
            "sha": .string(deployment.commit), "ref": .string(deployment.commit), "task": "deploy",
            "payload": deployment.payload, "environment": .string(deployment.environment), "description": .null,
            "creator": .null, "created_at": Self.time, "updated_at": Self.time,
            "statuses_url": .string("\(url)/deployments/\(deployment.id)/statuses"), "repository_url": .string(url),
        ]
    }

    /// A state that a deployment was said to be in.
    private func rendered(_ body: JSONValue, number: Int, of id: Int) -> JSONValue {
        let url = "https://api.github.com/repos/\(repository)"
        return [
            "url": .string("\(url)/deployments/\(id)/statuses/\(number)"), "id": .integer(number), "node_id": "N",
            "creator": .null, "state": body["state"] ?? "pending", "description": body["description"] ?? "",
            "created_at": Self.time, "updated_at": Self.time,
            "deployment_url": .string("\(url)/deployments/\(id)"), "repository_url": .string(url),
        ]
    }

    private static func app(_ slug: String) -> JSONValue {
        [
            "id": 1, "slug": .string(slug), "node_id": "N", "owner": user(slug), "name": .string(slug),
            "description": .null, "external_url": "", "html_url": "", "created_at": time, "updated_at": time,
            "permissions": [:], "events": [],
        ]
    }

    private static func user(_ login: String) -> JSONValue {
        let links = [
            "url", "html_url", "followers_url", "following_url", "gists_url", "starred_url", "subscriptions_url",
            "organizations_url", "repos_url", "events_url", "received_events_url",
        ]
        var members = Dictionary(uniqueKeysWithValues: links.map { ($0, JSONValue.string("https://api.github.com/")) })
        members["login"] = .string(login)
        members["id"] = 1
        members["node_id"] = "N"
        members["avatar_url"] = ""
        members["gravatar_id"] = .null
        members["type"] = "User"
        members["site_admin"] = false
        return .object(members)
    }
}
