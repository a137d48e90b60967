import DeployKit
internal import Synchronization

/// Looks at a simulated droplet after everything that happens, and notes the first invariant that does not hold.
final class SimulationJudge: Sendable {
    private struct State {
        var history = SimulationHistory()
        var violation: Violation?
        var trace: [String] = []
        var answers: [String: FakeAnswer] = [:]
        var effects = 0
        /// How many changes by the passing of time were told in a row.
        var quiet = 0
    }

    /// How many changes by the passing of time are told in a row: one that crashes again and again has many.
    private static let patience = 5

    private let state = Mutex(State())
    private let isTracing: Bool

    init(isTracing: Bool) {
        self.isTracing = isTracing
    }

    /// The first invariant that did not hold.
    var violation: Violation? { state.withLock(\.violation) }
    /// What happened, a line each.
    var trace: [String] { state.withLock(\.trace) }
    /// How many changes were looked at.
    var moments: Int { state.withLock(\.effects) }

    /// Looks at the droplet after something happened.
    func look(at scope: FakeScope, after cause: String, at time: Duration) {
        state.withLock { state in
            state.effects += 1
            state.history.look(at: scope)
            let answers = scope.timeline.samples.last?.answers ?? [:]
            if isTracing, cause != "time" || answers != state.answers {
                state.quiet = cause == "time" ? state.quiet + 1 : 0
                if state.quiet == Self.patience { state.trace.append("  …") }
            }
            if isTracing, cause != "time" || answers != state.answers, state.quiet < Self.patience {
                let words = answers.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                let change = answers == state.answers ? "" : " → \(words.joined(separator: ", "))"
                state.trace.append("  \(time.inWords.padded(9)) \(cause)\(change)")
            }
            state.answers = answers
            Self.check(&state, scope, .change(cause))
            state.history.remember(scope)
        }
    }

    /// Looks at the droplet at another occasion.
    func look(at scope: FakeScope, _ occasion: Invariant.Occasion) {
        state.withLock { Self.check(&$0, scope, occasion) }
    }

    /// Adds a line to what happened.
    func note(_ line: @autoclosure () -> String) {
        guard isTracing else { return }
        let line = line()
        state.withLock { state in
            if state.violation == nil { state.trace.append(line) }
        }
    }

    /// Notes something that is wrong by itself.
    func find(_ invariant: String, _ finding: String) {
        state.withLock { state in
            state.violation = state.violation ?? Violation(invariant: invariant, finding: finding)
        }
    }

    private static func check(_ state: inout State, _ scope: FakeScope, _ occasion: Invariant.Occasion) {
        guard state.violation == nil else { return }
        let moment = Invariant.Moment(scope: scope, history: state.history, occasion: occasion)
        for invariant in Invariant.all {
            if let finding = invariant.check(moment) {
                state.violation = Violation(invariant: invariant.name, finding: finding)
                state.trace.append("  ✗ \(invariant.name): \(finding)")
                return
            }
        }
    }
}

extension String {
    /// The text with spaces after it, up to a width.
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
