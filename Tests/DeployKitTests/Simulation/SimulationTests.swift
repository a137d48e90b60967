import DeployKitTesting
import Testing

/// The rollout under random faults; `swift run -c release simulate` runs many more seeds.
struct SimulationTests {
    @Test func `every invariant holds whatever goes wrong, in some hundred scenarios`() async {
        let sweep = await Simulation.sweep(0..<100)
        #expect(sweep.seeds == 100)
        if let failure = sweep.failure { Issue.record("\(Simulation.explain(failure.seed))") }
    }

    @Test func `the same seed always goes the same way`() {
        for seed in UInt64(0)..<10 {
            let first = Simulation.run(Scenario(seed: seed), isTracing: true)
            let second = Simulation.run(Scenario(seed: seed), isTracing: true)
            #expect(first.trace == second.trace, "seed \(seed)")
            #expect(!first.trace.isEmpty)
        }
    }

    @Test(arguments: Mutant.allCases) func `a deliberate bug is found`(_ mutant: Mutant) async throws {
        let known = try #require(try DocumentedMutants.row(of: mutant), "docs/simulation.md has a row for it")
        let outcome = Simulation.run(Scenario(seed: known.seed), mutant: mutant)
        let violation = try #require(outcome.violation, "seed \(known.seed) shows it; if not, make the table again")
        #expect(known.invariants.contains(violation.invariant))
    }

    @Test func `a failing seed says what was asked for, what happened and how to see it again`() async throws {
        let seed = try #require(try DocumentedMutants.row(of: .skipProbes)).seed
        let text = Simulation.explain(seed, mutant: .skipProbes)
        #expect(text.contains("deploy v"))
        #expect(text.contains("cut over to"))
        #expect(text.contains("✗ "))
        #expect(text.contains("--seed \(seed) --mutant"))
        #expect(text.split(separator: "\n").count < 80, "it is short: \(text)")
    }
}
