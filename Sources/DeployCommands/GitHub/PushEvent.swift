internal import DeployKit
internal import FoundationEssentials

/// The push, or the pull request, that a run of GitHub Actions is for, as the file of `GITHUB_EVENT_PATH` tells of it.
///
/// Source: "push" and "pull_request" in GitHub's "Webhook events and payloads".
enum PushEvent {
    /// The commit that it, or a pull request, came on top of; nil elsewhere, and for a branch that is new.
    ///
    /// The commit before the last one is no answer: a push may bring several.
    static func base(in variables: [String: String]) -> String? {
        guard let event = read(variables) else { return nil }
        let commit = event["pull_request"]?["base"]?["sha"]?.string ?? event["before"]?.string
        return commit.flatMap { $0.allSatisfy { $0 == "0" } ? nil : $0 }
    }

    /// Whether it is a pull request.
    static func isPullRequest(in variables: [String: String]) -> Bool { read(variables)?["pull_request"] != nil }

    /// When it was pushed, in seconds since 1970; nil for what is no push, or where nothing says it.
    static func time(in variables: [String: String]) -> Int? {
        guard let event = read(variables), let head = event["head_commit"] else { return nil }
        // A commit may be much older than its push. Only of a push is this a number: of others it is another one's time.
        if case .integer(let time)? = event["repository"]?["pushed_at"] { return time }
        return head["timestamp"]?.string.flatMap { try? Date($0, strategy: .iso8601) }
            .map { Int($0.timeIntervalSince1970) }
    }

    private static func read(_ variables: [String: String]) -> JSONValue? {
        guard let path = variables["GITHUB_EVENT_PATH"], let data = try? Data(contentsOf: URL(filePath: path)) else {
            return nil
        }
        return try? JSONValue(parsing: String(decoding: data, as: UTF8.self))
    }
}
