import DeployKitTesting
import Testing

/// The rollout under random faults; `swift run -c release simulate` runs many more seeds.
struct SimulationTests {
    @Test func `every invariant holds whatever goes wrong, in some hundred scenarios`() async {
        let sweep = await Simulation.sweep(0..<200)
        #expect(sweep.seeds == 200)
        if let failure = sweep.failure { Issue.record("\(Simulation.explain(failure.seed))") }
    }

    @Test func `the same seed always goes the same way`() {
        for seed in UInt64(0)..<20 {
            let first = Simulation.run(Scenario(seed: seed), isTracing: true)
            let second = Simulation.run(Scenario(seed: seed), isTracing: true)
            #expect(first.trace == second.trace, "seed \(seed)")
            #expect(!first.trace.isEmpty)
        }
    }

    @Test(arguments: Mutant.allCases) func `a deliberate bug is found`(_ mutant: Mutant) async throws {
        let sweep = await Simulation.sweep(0..<400, mutant: mutant)
        let failure = try #require(sweep.failure, "\(mutant.rawValue): no seed shows it")
        let known = try DocumentedMutants.invariants(of: mutant)
        #expect(known.contains(failure.violation.invariant), "docs/simulation.md names the invariants that find it")
    }

    @Test func `a failing seed says what was asked for, what happened and how to see it again`() async throws {
        let sweep = await Simulation.sweep(0..<500, mutant: .skipProbes)
        let seed = try #require(sweep.failure?.seed)
        let text = Simulation.explain(seed, mutant: .skipProbes)
        #expect(text.contains("deploy v"))
        #expect(text.contains("cut over to"))
        #expect(text.contains("✗ "))
        #expect(text.contains("--seed \(seed) --mutant"))
        #expect(text.split(separator: "\n").count < 80, "it is short: \(text)")
    }
}
