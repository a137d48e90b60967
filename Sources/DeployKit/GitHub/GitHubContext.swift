/// The run of GitHub Actions that the process is part of.
///
/// Source: "Variables reference" in GitHub's documentation of Actions.
public struct GitHubContext: Sendable, Hashable {
    /// The repository, as `owner/name`.
    public var repository: String
    /// Where the REST API is; `https://api.github.com` but for GitHub Enterprise.
    public var apiURL: String
    /// The commit that the run is about.
    public var commit: String
    /// The branch or tag that the run is about, in full, as `refs/heads/main`; empty where there is none.
    public var ref: String
    /// The number of the run.
    public var runID: Int
    /// Which attempt of the run this is, from 1.
    public var attempt: Int
    /// The page of the run.
    public var runURL: String
    /// Who started the run.
    public var actor: String
    /// The job's token; nil where the workflow does not hand it to the process as `GITHUB_TOKEN`.
    public var token: Secret?

    /// Reads the run from the variables of a process; nil outside of GitHub Actions.
    public init?(from variables: [String: String]) {
        guard variables["GITHUB_ACTIONS"] == "true", let repository = variables["GITHUB_REPOSITORY"],
            repository.split(separator: "/").count == 2, let runID = variables["GITHUB_RUN_ID"].flatMap(Int.init)
        else { return nil }
        self.repository = repository
        self.runID = runID
        apiURL = variables["GITHUB_API_URL"] ?? "https://api.github.com"
        commit = variables["GITHUB_SHA"] ?? ""
        ref = variables["GITHUB_REF"] ?? ""
        attempt = variables["GITHUB_RUN_ATTEMPT"].flatMap(Int.init) ?? 1
        runURL = RuntimeSettings.runURL(variables)
        actor = RuntimeSettings.actor(variables)
        token = variables["GITHUB_TOKEN"].flatMap { $0.isEmpty ? nil : Secret($0) }
    }
}
