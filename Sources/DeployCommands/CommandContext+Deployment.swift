internal import DeployKit

extension CommandContext {
    /// A deployment on a droplet that shows itself as the options say.
    func deployment(
        on droplet: any Droplet, format: OutputOptions.Format = .text, patience: Duration = .zero,
        allowsDowntime: Bool = false, allowedContracts: Set<Int> = [], in environment: Environment? = nil
    ) -> Deployment<ContinuousClock> {
        let style: RolloutRenderer.Style = format == .json ? .jsonLines : isTerminal ? .terminal : .plain
        var renderer: any RolloutObserver = RolloutRenderer(style: style, write: write)
        if let workflow, format == .text {
            renderer = GitHubActionsRenderer(plain: RolloutRenderer(style: .plain, write: write), workflow: workflow)
        }
        var deployment = Deployment(
            environment: environment ?? self.environment, droplet: droplet, clock: ContinuousClock(),
            observer: RolloutObservers([renderer] + watchers))
        deployment.patience = patience
        deployment.secrets = secrets
        deployment.options = PlanOptions(allowsDowntime: allowsDowntime)
        deployment.options.allowedContracts = allowedContracts
        return deployment
    }

    /// Who takes the lease, to do what.
    func owner(_ action: String) -> LeaseOwner {
        LeaseOwner(
            actor: RuntimeSettings.actor(variables), action: action, runURL: RuntimeSettings.runURL(variables))
    }
}
