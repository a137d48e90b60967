internal import DeployKit

extension CommandContext {
    /// A deployment on a droplet that shows itself as the options say.
    func deployment(
        on droplet: any Droplet, format: OutputOptions.Format = .text, patience: Duration = .zero,
        allowsDowntime: Bool = false, allowedContracts: [Int] = [], deadline: Int? = nil
    ) -> Deployment<ContinuousClock> {
        let style: RolloutRenderer.Style = format == .json ? .jsonLines : isTerminal ? .terminal : .plain
        var environment = environment
        if let deadline { environment.health.deadline = .seconds(deadline) }
        var deployment = Deployment(
            environment: environment, droplet: droplet, clock: ContinuousClock(),
            observer: RolloutRenderer(style: style, write: write))
        deployment.patience = patience
        deployment.options = PlanOptions(allowsDowntime: allowsDowntime)
        deployment.options.allowedContracts = Set(allowedContracts)
        return deployment
    }

    /// Who takes the lease, to do what.
    func owner(_ action: String) -> LeaseOwner {
        LeaseOwner(
            actor: RuntimeSettings.actor(variables), action: action, runURL: RuntimeSettings.runURL(variables))
    }
}
