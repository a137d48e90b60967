/// A check of a commit, as GitHub shows it beside the commit.
public struct GitHubCheck: Sendable, Hashable {
    /// The name of the check: of a job, for GitHub Actions.
    public var name: String
    /// Whether it has ended.
    public var isCompleted: Bool
    /// How it ended: `success`, `failure`, …; empty while it runs.
    public var conclusion: String

    /// Whether it ended well.
    public var hasPassed: Bool { isCompleted && conclusion == "success" }
}

/// A person's word on a run that waits for approval.
public struct GitHubApproval: Sendable, Hashable {
    /// Who said it.
    public var user: String
    /// Whether the run may go on.
    public var isApproved: Bool
    /// The environments that it is for.
    public var environments: [String]
}

extension GitHubClient {
    /// The latest checks of a commit that are jobs of GitHub Actions.
    ///
    /// Any other app that may write checks could call one as a job.
    public func checks(of commit: String) async throws(GitHubError) -> [GitHubCheck] {
        var checks: [GitHubCheck] = []
        var seen = 0
        var page = 1
        while true {
            let path = "/commits/\(commit.percentEncoded)/check-runs?filter=latest&per_page=100&page=\(page)"
            let answer = try await read(path, action: "reading the checks of \(commit)")
            guard let total = answer["total_count"]?.integer else {
                throw GitHubError(.malformed, action: "reading the checks of \(commit)", message: "no count of checks")
            }
            let runs = answer["check_runs"]?.elements ?? []
            checks += runs.filter { $0["app"]?["slug"]?.string == "github-actions" }.map { run in
                GitHubCheck(
                    name: run["name"]?.string ?? "", isCompleted: run["status"]?.string == "completed",
                    conclusion: run["conclusion"]?.string ?? "")
            }
            seen += runs.count
            if seen >= total || runs.isEmpty { return checks }
            page += 1
        }
    }

    /// What people said of the run's environments that need an approval.
    public func approvals() async throws(GitHubError) -> [GitHubApproval] {
        let answer = try await read("/actions/runs/\(context.runID)/approvals", action: "reading the run's approvals")
        return answer.elements.map { approval in
            GitHubApproval(
                user: approval["user"]?["login"]?.string ?? "", isApproved: approval["state"]?.string == "approved",
                environments: (approval["environments"]?.elements ?? []).compactMap { $0["name"]?.string })
        }
    }
}
