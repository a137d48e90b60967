import DeployKit
import Testing

/// The whole table of decisions.
struct RollbackPolicyTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let problem: RolloutProblem
        let phase: RolloutPhase
        let schemaChange: SchemaChange
        let canGoBack: Bool

        var testDescription: String {
            "\(problem), \(phase), \(schemaChange), \(canGoBack ? "with" : "without") a release before"
        }

        static let all = RolloutProblem.allCases.flatMap { problem in
            RolloutPhase.allCases.flatMap { phase in
                [SchemaChange.none, .expand, .contract].flatMap { change in
                    [true, false].map { Row(problem: problem, phase: phase, schemaChange: change, canGoBack: $0) }
                }
            }
        }

        /// What the table says, in the words of the documentation.
        var expected: RollbackDecision {
            switch phase {
            case .beforeCutover: .discard
            case .canary: .goBack
            case .settling: .keep
            case .unverified, .watching:
                switch (problem, schemaChange, canGoBack) {
                case (.effect, .none, true), (.effect, .expand, true): .goBack
                case (.release, .none, true), (.release, .expand, true): .goBack
                case (.deadline, .none, true), (.deadline, .expand, true): .goBack
                default: .keep
                }
            }
        }
    }

    @Test(arguments: Row.all) func `decides by failure, phase, schema and what is there to go back to`(_ row: Row) {
        let decision = RollbackPolicy().decision(
            for: row.problem, in: row.phase, schemaChange: row.schemaChange, canGoBack: row.canGoBack)
        #expect(decision == row.expected)
    }

    @Test func `the table has all rows`() {
        #expect(Row.all.count == 4 * 5 * 3 * 2)
    }
}
