package import DeployKit

/// Carries a deploy out on a droplet in memory that is as the real one was observed, and shows what each failure
/// would lead to.
package struct Rehearsal: Sendable {
    private let environment: Environment
    private let state: DropletState
    private let candidate: ReleaseCandidate
    private let options: PlanOptions

    /// Makes a rehearsal.
    ///
    /// - Parameters:
    ///   - candidate: What would be deployed.
    ///   - state: What is on the droplet.
    ///   - environment: Where it would be deployed to.
    ///   - options: What a person allows.
    package init(
        of candidate: ReleaseCandidate, on state: DropletState, environment: Environment,
        options: PlanOptions = PlanOptions()
    ) {
        self.candidate = candidate
        self.state = state
        self.options = options
        // The key that signs the trail stays where it is: what is rehearsed is nowhere written down.
        var environment = environment
        environment.audit = AuditPolicy()
        self.environment = environment
    }

    /// Rehearses the deploy, and each failure at each of its steps.
    ///
    /// - Throws: ``DeployError`` when the plan is refused, or does not succeed though nothing goes wrong.
    package func run() async throws -> RehearsalReport {
        let stage = RehearsalStage(environment: environment, state: state, candidate: candidate, options: options)
        let (plan, timeline) = try await stage.performance()
        var failures: [RehearsalReport.Failure] = []
        for number in plan.steps.indices.map({ $0 + 1 }) {
            for accident in RehearsalReport.Accident.allCases {
                failures.append(try await stage.failure(of: plan, at: number, accident))
            }
        }
        return RehearsalReport(plan: plan, timeline: timeline, failures: failures)
    }
}
