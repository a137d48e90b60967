/// Who asks for a change, and of which ref.
///
/// Inside GitHub Actions only GitHub's own variables count: a workflow can set any other one. Elsewhere nobody vouches
/// for a name, and whoever has the droplet's key could do without DeployKit: there it keeps people from mistakes.
public struct RunIdentity: Sendable, Hashable {
    /// Everybody who is behind the run: who caused it, and who ran it again.
    public var actors: [String]
    /// The branch or tag in full, as `refs/heads/main`; nil where nothing says it.
    public var ref: String?
    /// Whether the run is of a pull request, also one whose workflow is that of the base branch.
    public var isPullRequest: Bool
    /// Whether GitHub vouches for it.
    public var isInGitHub: Bool

    /// Reads it from the variables of a process.
    ///
    /// - Parameters:
    ///   - variables: The variables.
    ///   - checkedOut: What is checked out: a branch in full, or a commit's hash where there is no branch. It counts
    ///     outside of GitHub Actions alone, where `DEPLOYKIT_REF` says nothing else.
    public init(from variables: [String: String], checkedOut: String? = nil) {
        func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        isInGitHub = variables["GITHUB_ACTIONS"] == "true"
        guard isInGitHub else {
            actors = [RuntimeSettings.actor(variables)]
            ref = value("DEPLOYKIT_REF").map { $0.hasPrefix("refs/") ? $0 : "refs/heads/\($0)" } ?? checkedOut
            isPullRequest = ref?.hasPrefix("refs/pull/") ?? false
            return
        }
        let names = [value("GITHUB_ACTOR"), value("GITHUB_TRIGGERING_ACTOR")].compactMap { $0 }
        actors = names.count == 2 && names[0].isSamePerson(as: names[1]) ? [names[0]] : names
        ref = value("GITHUB_REF")
        isPullRequest =
            value("GITHUB_EVENT_NAME")?.hasPrefix("pull_request") ?? false || value("GITHUB_HEAD_REF") != nil
            || ref?.hasPrefix("refs/pull/") ?? false
    }
}
