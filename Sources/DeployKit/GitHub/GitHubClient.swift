/// Speaks to GitHub's REST API: the few operations that a deploy needs.
///
/// What only reads is repeated after a fault of the network or of GitHub. What creates something is repeated only
/// where GitHub refused it or where a look shows that it was not created. Each wait is bounded.
/// Source: GitHub's REST API, version 2022-11-28.
public struct GitHubClient: Sendable {
    var context: GitHubContext
    let transport: any HTTPTransport
    let clock: any Clock<Duration>
    /// The longest that one answer may let the client wait; 60 s by default.
    var patience = Duration.seconds(60)
    /// How often a request is sent at the most.
    var tries = 3

    /// Makes a client for the repository of a run.
    public init(context: GitHubContext, transport: any HTTPTransport, clock: any Clock<Duration> = ContinuousClock()) {
        self.context = context
        self.transport = transport
        self.clock = clock
    }

    /// Whether the run has a token; without one GitHub is asked nothing.
    package var hasToken: Bool { context.token != nil }

    /// The pause before another try after a fault, by how many were made.
    private func pause(after tries: Int) -> Duration { .seconds(1 << (tries - 1)) }

    /// Sends a request that may be repeated without harm.
    func read(_ path: String, action: String) async throws(GitHubError) -> JSONValue {
        try await send("GET", path, body: nil, action: action) { true }
    }

    /// Sends a request that creates something; `existing` looks whether it is there already, after a try that ended
    /// without an answer.
    func create(
        _ path: String, body: JSONValue, action: String, existing: () async throws(GitHubError) -> JSONValue?
    ) async throws(GitHubError) -> JSONValue {
        var found: JSONValue?
        do {
            return try await send("POST", path, body: body, action: action) { () async throws(GitHubError) in
                found = try await existing()
                return found == nil
            }
        } catch {
            if let found { return found }
            throw error
        }
    }

    /// Sends a request until it is answered, or its failure is final; `mayRepeat` is asked after a try whose outcome is
    /// not known.
    private func send(
        _ method: String, _ path: String, body: JSONValue?, action: String,
        mayRepeat: () async throws(GitHubError) -> Bool
    ) async throws(GitHubError) -> JSONValue {
        var made = 0
        while true {
            made += 1
            let outcome = await attempt(method, path, body: body, action: action)
            switch outcome {
            case .answered(let value):
                return value
            case .refused(let error):
                throw error
            case .limited(let error, let wait):
                guard made < tries, wait <= patience else { throw error }
                try await sleep(wait, orThrow: error)
            case .unknown(let error):
                guard try await mayRepeat(), made < tries else { throw error }
                try await sleep(pause(after: made), orThrow: error)
            }
        }
    }

    private func sleep(_ duration: Duration, orThrow error: GitHubError) async throws(GitHubError) {
        do { try await clock.sleep(for: duration) } catch { throw error as? GitHubError ?? cancelled(error) }
    }

    private func cancelled(_ error: any Error) -> GitHubError {
        GitHubError(.unreachable, action: "waiting", message: "the run was cancelled")
    }

    private enum Outcome {
        case answered(JSONValue)
        /// It will not be otherwise at another try.
        case refused(GitHubError)
        /// Nothing was done; it may be tried again after a time.
        case limited(GitHubError, Duration)
        /// It may have been done or not.
        case unknown(GitHubError)
    }

    private func attempt(_ method: String, _ path: String, body: JSONValue?, action: String) async -> Outcome {
        var headers = [
            HTTPHeader("Accept", "application/vnd.github+json"), HTTPHeader("User-Agent", "DeployKit"),
            HTTPHeader("X-GitHub-Api-Version", "2022-11-28"),
        ]
        if let token = context.token { headers.append(HTTPHeader("Authorization", "Bearer \(token.revealed)")) }
        if body != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
        let request = HTTPRequest(
            method, url: "\(context.apiURL)/repos/\(context.repository)\(path)", headers: headers,
            body: body.map { Array($0.compactText.utf8) } ?? [], bodyLimit: 4 << 20, reusesConnection: true)
        do {
            let response = try await transport.send(request)
            return outcome(of: response, action: action)
        } catch {
            return .unknown(GitHubError(.unreachable, action: action, message: error.message))
        }
    }

    private func outcome(of response: HTTPResponse, action: String) -> Outcome {
        func error(_ kind: GitHubError.Kind) -> GitHubError {
            let said = (try? JSONValue(parsing: response.text))?["message"]?.string
            return GitHubError(
                kind, action: action, message: "status \(response.status)" + (said.map { ", \($0)" } ?? ""))
        }
        switch response.status {
        case 200..<300:
            guard let value = try? JSONValue(parsing: response.text), !response.isBodyCut else {
                return .unknown(
                    GitHubError(.malformed, action: action, message: "the answer ended early or is no JSON"))
            }
            return .answered(value)
        case 401: return .refused(error(.unauthorized))
        case 403, 429:
            let isLimited = response.status == 429 || response.header("x-ratelimit-remaining") == "0"
            let wait = response.header("retry-after").flatMap(Int.init)
            guard isLimited || wait != nil else { return .refused(error(.forbidden)) }
            // Without a time, GitHub asks for a minute at least.
            return .limited(error(.limited), .seconds(max(wait ?? 60, 0)))
        case 404: return .refused(error(.notFound))
        case 409: return .refused(error(.conflict))
        case 500...: return .unknown(error(.unavailable))
        default: return .refused(error(.invalid))
        }
    }
}
