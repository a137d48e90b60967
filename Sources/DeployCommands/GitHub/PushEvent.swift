internal import DeployKit
internal import FoundationEssentials

/// The push that a run of GitHub Actions is for, as the file that `GITHUB_EVENT_PATH` names tells of it.
///
/// Source: "push" in GitHub's "Webhook events and payloads".
enum PushEvent {
    /// When it was pushed, in seconds since 1970; nil for what is no push, or where nothing says it.
    static func time(in variables: [String: String]) -> Int? {
        guard let path = variables["GITHUB_EVENT_PATH"], let data = try? Data(contentsOf: URL(filePath: path)),
            let event = try? JSONValue(parsing: String(decoding: data, as: UTF8.self)), let head = event["head_commit"]
        else { return nil }
        // A commit may be much older than its push. Only of a push is this a number: of others it is another one's time.
        if case .integer(let time)? = event["repository"]?["pushed_at"] { return time }
        return head["timestamp"]?.string.flatMap { try? Date($0, strategy: .iso8601) }
            .map { Int($0.timeIntervalSince1970) }
    }
}
