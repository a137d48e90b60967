internal import DeployKit

extension CommandContext {
    /// The commit with which migrations are compared.
    ///
    /// What a push came on top of may be red: then a migration that it brought would be compared with itself, and pass.
    /// So it is the last commit that was really deployed to the environment, where GitHub knows it. A pull request is
    /// judged for what it brings to its own base.
    ///
    /// - Parameter folder: A folder of the working tree; nil for where this process runs.
    /// - Returns: The commit's hash; nil for the commit before what is checked out.
    func comparedCommit(in folder: String?) async -> String? {
        if !PushEvent.isPullRequest(in: variables), let commit = await deployedCommit(in: folder) { return commit }
        guard let before = PushEvent.base(in: variables) else { return nil }
        // After a forced push no clone has it.
        return await succeeds(["git", "-C", folder ?? ".", "cat-file", "-e", "\(before)^{commit}"]) ? before : nil
    }

    private func deployedCommit(in folder: String?) async -> String? {
        guard GitHubContext(from: variables) != nil else { return nil }
        var doubt = "GitHub knows no deployment to \(environment.name) that ended well"
        do throws(GitHubError) {
            guard let github, github.hasToken else {
                throw GitHubError(.unauthorized, action: "looking for what was deployed", message: "there is no token")
            }
            if let commit = try await github.deployedCommit(to: environment.name) {
                // In a history that was written anew it says nothing of what this commit brings.
                if Approval.isCommit(commit), await succeeds(isAncestor(commit, in: folder)) { return commit }
                doubt = "\(commit.prefix(12)), which was deployed to \(environment.name), is not in this history"
            }
        } catch {
            doubt = "\(error)"
        }
        writeError("note: migrations are not compared with what is deployed. \(doubt)\n")
        return nil
    }

    private func isAncestor(_ commit: String, in folder: String?) -> [String] {
        ["git", "-C", folder ?? ".", "merge-base", "--is-ancestor", commit, "HEAD"]
    }

    private func succeeds(_ arguments: [String]) async -> Bool {
        (try? await shell.run(Command(arguments)))?.isSuccess == true
    }
}
