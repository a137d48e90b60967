internal import DeployKit

extension CommandContext {
    /// Runs a rollout of which the notifiers are told, also when it never comes to a plan.
    func telling(
        of action: RolloutRecord.Action, _ body: @Sendable (CommandContext) async throws -> Void
    ) async throws {
        let alerts = Alerts(
            notifiers, of: action, in: environment, by: owner(action.rawValue), secrets: secrets,
            warn: { [writeError] in writeError("warning: \($0)\n") })
        try await alerts.around { alerts in
            var context = self
            context.watchers.append(alerts)
            try await body(context)
        }
    }
}
