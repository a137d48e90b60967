internal import DeployKit

/// What a release is called where nobody says it: the commit that is checked out.
enum ReleaseVersion {
    /// How much of a commit's hash names it: as much as tells commits of one repository apart.
    private static let length = 12

    /// The version of a run.
    ///
    /// - Parameters:
    ///   - option: What the command line says.
    ///   - variables: The environment variables of the process; GitHub Actions says the commit in `GITHUB_SHA`.
    ///   - shell: Asks git on this machine.
    ///   - folder: The folder of the Compose project, in the working tree whose commit it is.
    /// - Returns: The version.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` when nothing says it.
    static func find(
        option: String?, variables: [String: String], shell: any Shell, folder: String
    ) async throws -> String {
        if let option { return option }
        if let commit = variables["GITHUB_SHA"], !commit.isEmpty { return String(commit.prefix(length)) }
        let git = Command(
            ["git", "-C", folder, "rev-parse", "--short=\(length)", "HEAD"], deadline: .seconds(10))
        if let result = try? await shell.run(git), result.isSuccess { return result.output.lastLines(1) }
        throw DeployError(
            .refused, "the release has no version: this is no git working tree, and GITHUB_SHA is not set",
            next: "Name the version with --version.")
    }
}
