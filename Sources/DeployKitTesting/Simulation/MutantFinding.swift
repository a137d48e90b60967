/// By which invariant the simulation finds a deliberate bug.
package struct MutantFinding: Sendable {
    /// The bug.
    package var mutant: Mutant
    /// The first seed that shows it; nil when none did.
    package var seed: UInt64?
    /// The invariants that it broke, by how many seeds, the most frequent first.
    package var invariants: [(name: String, count: Int)]

    /// Looks for all deliberate bugs.
    package static func all(seeds: Range<UInt64>, width: Int = 2) async -> [MutantFinding] {
        var findings: [MutantFinding] = []
        for mutant in Mutant.allCases { findings.append(await find(mutant, in: seeds, width: width)) }
        return findings
    }

    private static func find(_ mutant: Mutant, in seeds: Range<UInt64>, width: Int) async -> MutantFinding {
        let violations = await withTaskGroup(of: [(UInt64, String)].self) { group in
            for part in 0..<UInt64(max(width, 1)) {
                group.addTask {
                    stride(from: seeds.lowerBound + part, to: seeds.upperBound, by: max(width, 1)).compactMap { seed in
                        Simulation.run(Scenario(seed: seed), mutant: mutant).violation.map { (seed, $0.invariant) }
                    }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        let counts = Dictionary(grouping: violations, by: \.1).mapValues(\.count)
        return MutantFinding(
            mutant: mutant, seed: violations.map(\.0).min(),
            invariants: counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) })
    }

    /// The bugs and the invariants that find them, as a table in Markdown.
    package static func table(_ findings: [MutantFinding]) -> String {
        var text = "| The deliberate bug | Found by | First seed |\n|---|---|---|\n"
        for finding in findings {
            let names = finding.invariants.prefix(3).map(\.name).joined(separator: "; ")
            text += "| \(finding.mutant.rawValue) | \(names.isEmpty ? "nothing" : names) | "
            text += "\(finding.seed.map { "\($0)" } ?? "-") |\n"
        }
        return text
    }
}
