internal import DeployKit

/// Shows a rollout in the log of GitHub Actions: as in any log, with the plan and the steps in groups that fold, and
/// what a person should look at as annotations.
struct GitHubActionsRenderer: RolloutObserver {
    /// As in any log.
    let plain: RolloutRenderer
    let workflow: WorkflowRun
    /// How many warnings of a plan are annotations: GitHub shows ten of a step.
    private let warningLimit = 9

    init(plain: RolloutRenderer, workflow: WorkflowRun) {
        self.plain = plain
        self.workflow = workflow
    }

    func observe(_ event: RolloutEvent) async {
        switch event {
        case .planned(let plan) where !plan.isEmpty:
            workflow.open("Plan: release \(plan.release.id) on \(plan.scope)")
            await plain.observe(event)
            for finding in plan.findings.filter({ $0.severity == .warning }).prefix(warningLimit) {
                let advice = finding.advice.isEmpty ? "" : "\n\(finding.advice)"
                workflow.annotate(.warning, finding.message + advice, title: finding.subject)
            }
            workflow.open("Rollout: \(plan.steps.count) steps")
        case .ended:
            workflow.close()
            await plain.observe(event)
        case .remarked(let words):
            await plain.observe(event)
            workflow.annotate(.warning, words)
        default:
            await plain.observe(event)
        }
    }
}
