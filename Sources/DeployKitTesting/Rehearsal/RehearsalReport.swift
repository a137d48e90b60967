package import DeployKit

/// What a rehearsal showed.
package struct RehearsalReport: Sendable {
    /// The plan that was carried out.
    package var plan: Plan
    /// What happened when nothing went wrong.
    package var timeline: [Moment]
    /// What happened when something went wrong, by step.
    package var failures: [Failure]

    /// A step that was carried out.
    package struct Moment: Sendable, Hashable {
        /// When it began, by the clock of the droplet in memory.
        package var at: Duration
        /// The step.
        package var step: Step
        /// How long it took there.
        package var duration: Duration
        /// The release that answered after it; nil while none did.
        package var serving: Release.ID?
    }

    /// What goes wrong at a step.
    package enum Accident: String, Sendable, Hashable, CaseIterable {
        /// Its command fails, and nothing of it happened.
        case fails
        /// Its command fails when half of it happened.
        case breaks
        /// The runner dies before its command.
        case diesBefore
        /// The runner dies when half of it happened.
        case diesDuring
        /// The runner dies after its command.
        case diesAfter
        /// Its command succeeds, and the connection drops before the answer.
        case losesAnswer

        /// What goes wrong, in words.
        package var words: String {
            switch self {
            case .fails: "fails"
            case .breaks: "breaks off"
            case .diesBefore: "dies before"
            case .diesDuring: "dies during"
            case .diesAfter: "dies after"
            case .losesAnswer: "is cut off"
            }
        }

        /// Whether the runner is there to take something back.
        package var leavesRunner: Bool { self == .fails || self == .breaks }
    }

    /// What something that goes wrong leads to.
    package struct Failure: Sendable, Hashable {
        /// The number of the step, from 1.
        package var number: Int
        /// The step.
        package var step: Step
        /// What goes wrong.
        package var accident: Accident
        /// The release that serves then; nil when none does.
        package var serving: Release.ID?
        /// What the runner takes back.
        package var undone: [Step]
        /// The command to type.
        package var next: String
        /// What the error says to do; empty where the runner died and says nothing.
        package var advice: String
        /// The exit code of the command; nil where the runner died.
        package var exitCode: Int32?
        /// Whether a request was lost until then, or by the command that came next.
        package var losesRequests: Bool
        /// The release that serves once the same command ran again; nil when none does.
        package var servingAfterNext: Release.ID?
    }

    /// Whether no failure loses a request, and the same command has its way after each.
    package var isSafe: Bool {
        failures.allSatisfy { !$0.losesRequests && $0.servingAfterNext == plan.release.id }
    }
}
