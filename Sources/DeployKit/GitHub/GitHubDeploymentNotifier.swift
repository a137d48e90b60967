internal import Synchronization

/// Shows each rollout in the repository at GitHub, as a deployment with its states.
///
/// As every notifier it is told beside the rollout: whatever GitHub answers becomes a warning, and no deploy fails for
/// it. What will not be otherwise at another try is not tried again in the run.
public final class GitHubDeploymentNotifier: Notifier {
    private enum Stage {
        /// There is no deployment yet.
        case none
        case created(GitHubDeployment)
        /// GitHub takes none in this run.
        case refused
    }

    /// What it is called in a warning.
    public let name = "GitHub"
    private let client: GitHubClient
    private let environmentURL: String?
    private let isProduction: Bool
    private let stage = Mutex(Stage.none)

    /// Makes a notifier.
    ///
    /// - Parameters:
    ///   - client: Speaks to GitHub.
    ///   - environment: Whose first route is the page of the deployments.
    public init(client: GitHubClient, environment: Environment) {
        self.client = client
        environmentURL = environment.url
        isProduction = environment.isProduction
    }

    /// Makes the notifier that a run asks for with `DEPLOYKIT_GITHUB_DEPLOYMENTS=true`; nil for any other run, and
    /// outside of GitHub Actions.
    ///
    /// Not by default: a job with `environment:` makes GitHub create a deployment already, and there would be two.
    public convenience init?(
        from variables: [String: String], environment: Environment, transport: any HTTPTransport,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        guard variables["DEPLOYKIT_GITHUB_DEPLOYMENTS"] == "true", let context = GitHubContext(from: variables) else {
            return nil
        }
        self.init(client: GitHubClient(context: context, transport: transport, clock: clock), environment: environment)
    }

    /// Creates the deployment when the rollout begins, and says how it ended.
    ///
    /// - Throws: ``GitHubError``.
    public func notify(_ notification: Notification) async throws {
        guard let deployment = try await deployment(for: notification) else { return }
        try await client.setState(
            notification.state, of: deployment, environmentURL: environmentURL,
            description: notification.serving.isEmpty || notification.event == .started
                ? notification.headline : notification.serving)
    }

    private func deployment(for notification: Notification) async throws(GitHubError) -> GitHubDeployment? {
        switch stage.withLock({ $0 }) {
        case .created(let deployment): return deployment
        case .refused: return nil
        // It never came to a plan: nothing was deployed.
        case .none where notification.release.isEmpty: return nil
        case .none: break
        }
        do {
            let deployment = try await create(notification)
            stage.withLock { $0 = .created(deployment) }
            return deployment
        } catch {
            if error.isFinal { stage.withLock { $0 = .refused } }
            throw error
        }
    }

    private func create(_ notification: Notification) async throws(GitHubError) -> GitHubDeployment {
        if let commit = notification.earlierCommit {
            var client = client
            client.context.commit = commit
            do {
                return try await client.createDeployment(
                    to: notification.environment, description: notification.headline, isProduction: isProduction)
            } catch  where error.kind == .invalid {
                // GitHub does not know a release by that name; the description says which one it is.
            }
        }
        return try await client.createDeployment(
            to: notification.environment, description: notification.headline, isProduction: isProduction)
    }
}

extension Environment {
    /// Where people see it: the first route.
    public var url: String? { routes.first.map { "https://\($0.host)" } }
}

extension GitHubError {
    /// Whether another try in the same run would end the same way.
    fileprivate var isFinal: Bool {
        switch kind {
        case .unauthorized, .forbidden, .notFound, .conflict, .invalid: true
        case .limited, .unavailable, .unreachable, .malformed: false
        }
    }
}

extension Notification {
    /// The state of the deployment at GitHub.
    fileprivate var state: GitHubDeployment.State {
        switch event {
        case .started: .inProgress
        case .succeeded: .success
        case .rolledBack: .failure
        case .failed: Self.releaseErrors.contains(code ?? "") ? .failure : .error
        }
    }

    /// The kinds of errors that are the release's own.
    private static let releaseErrors = Set(
        [DeployError.Code.unhealthy, .image, .rolledBack, .migration, .deadline].map(\.name))

    /// The commit of the release that a rollback goes back to, where it is called by one: the run's is another.
    fileprivate var earlierCommit: String? {
        guard action == .rollback else { return nil }
        let commit = release.prefix { $0 != "-" }
        let isCommit = (7...64).contains(commit.count) && commit.allSatisfy { "0123456789abcdef".contains($0) }
        return isCommit ? String(commit) : nil
    }
}
