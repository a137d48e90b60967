extension SourceTree {
    /// Asks git which branch is checked out.
    ///
    /// - Parameters:
    ///   - folder: A folder of the working tree; nil for where this process runs.
    ///   - shell: Runs git on this machine.
    /// - Returns: The branch in full, as `refs/heads/main`; the commit's full hash where no branch is checked out; nil
    ///   where the folder is in no git working tree, or this machine has no git.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` where git has another reason not to say it.
    public static func ref(_ folder: String? = nil, shell: any Shell) async throws -> String? {
        // In English, for what it says is the only thing that tells a folder without git from one that git does not trust.
        let git = ["env", "LC_ALL=C", "git", "-C", folder ?? "."]
        let branch = try await shell.run(Command(git + ["symbolic-ref", "--quiet", "HEAD"], deadline: .seconds(30)))
        if branch.isSuccess { return branch.output.lastLines(1) }
        if branch.status == 127 || branch.errorOutput.contains("not a git repository") { return nil }
        let commit = try await shell.run(Command(git + ["rev-parse", "--verify", "HEAD"], deadline: .seconds(30)))
        if commit.isSuccess { return commit.output.lastLines(1) }
        throw DeployError(
            .refused, "git does not say which branch is checked out in \(folder ?? "the current folder")",
            evidence: commit.errorOutput.split(separator: "\n").suffix(3).map(String.init),
            next: "Do what git says; or say DEPLOYKIT_REF, the branch that is deployed.")
    }
}
