internal import DeployKit
internal import DeployKitTesting

/// A rehearsal, for a program.
struct RehearsalData: Encodable {
    let event = "rehearsal"
    let command: String
    let plan: PlanReport
    let timeline: [Moment]
    let failures: [Failure]
    let isSafe: Bool

    struct Moment: Encodable {
        let milliseconds: Int
        let duration: Int
        let step: String
        let description: String
        let serving: String?
    }

    struct Failure: Encodable {
        let number: Int
        let step: String
        let accident: String
        let serving: String?
        let undone: [String]
        let next: String
        let advice: String
        let exitCode: Int32?
        let losesRequests: Bool
        let servingAfterNext: String?
    }

    init(_ report: RehearsalReport, command: String) {
        self.command = command
        plan = PlanReport(report.plan)
        isSafe = report.isSafe
        timeline = report.timeline.map { moment in
            Moment(
                milliseconds: moment.at.milliseconds, duration: moment.duration.milliseconds, step: moment.step.name,
                description: moment.step.description, serving: moment.serving?.rawValue)
        }
        failures = report.failures.map { failure in
            Failure(
                number: failure.number, step: failure.step.name, accident: failure.accident.rawValue,
                serving: failure.serving?.rawValue, undone: failure.undone.map(\.name), next: failure.next,
                advice: failure.advice, exitCode: failure.exitCode, losesRequests: failure.losesRequests,
                servingAfterNext: failure.servingAfterNext?.rawValue)
        }
    }
}
