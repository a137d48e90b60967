internal import Synchronization

extension Simulation {
    /// What came of many seeds.
    package struct Sweep: Sendable {
        /// How many scenarios ran.
        package var seeds = 0
        /// How many changes were looked at.
        package var moments = 0
        /// The lowest seed at which an invariant did not hold, with what was found; nil when all held.
        package var failure: (seed: UInt64, violation: Violation)?
    }

    /// Runs the scenarios of many seeds, several at once, until an invariant does not hold.
    ///
    /// - Parameters:
    ///   - seeds: The seeds.
    ///   - mutant: A deliberate bug; nil for the real thing.
    ///   - width: How many run at once.
    ///   - progress: Told how many have run, now and then.
    /// - Returns: What came of them.
    package static func sweep(
        _ seeds: Range<UInt64>, mutant: Mutant? = nil, width: Int = 2,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async -> Sweep {
        let progression = Progression(seeds, progress: progress)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<max(width, 1) {
                group.addTask {
                    while let seed = progression.next() {
                        progression.add(run(Scenario(seed: seed), mutant: mutant), of: seed)
                    }
                }
            }
        }
        return progression.sweep
    }

    /// How far a sweep has come.
    private final class Progression: Sendable {
        private let state: Mutex<(sweep: Sweep, left: Range<UInt64>)>
        private let progress: @Sendable (Int) -> Void

        init(_ seeds: Range<UInt64>, progress: @escaping @Sendable (Int) -> Void) {
            state = Mutex((Sweep(), seeds))
            self.progress = progress
        }

        var sweep: Sweep { state.withLock(\.sweep) }

        /// The seed that is next; nil when there is none, or one failed.
        func next() -> UInt64? {
            state.withLock { $0.sweep.failure == nil ? $0.left.popFirst() : nil }
        }

        func add(_ outcome: Outcome, of seed: UInt64) {
            let count = state.withLock { state in
                state.sweep.seeds += 1
                state.sweep.moments += outcome.moments
                if let violation = outcome.violation, state.sweep.failure.map({ $0.seed > seed }) ?? true {
                    state.sweep.failure = (seed, violation)
                }
                return state.sweep.seeds
            }
            if count.isMultiple(of: 1000) { progress(count) }
        }
    }

    /// The scenario of a seed without what it does not need in order to fail in the same way.
    package static func shrink(_ scenario: Scenario, mutant: Mutant? = nil) -> Scenario {
        guard let violation = run(scenario, mutant: mutant).violation else { return scenario }
        var scenario = scenario
        var isSmaller = true
        while isSmaller {
            isSmaller = false
            for candidate in scenario.smaller
            where run(candidate, mutant: mutant).violation?.invariant == violation.invariant {
                scenario = candidate
                isSmaller = true
                break
            }
        }
        return scenario
    }

    /// How a seed fails, for a person: what was asked for, what happened, and which invariant did not hold.
    package static func explain(_ seed: UInt64, mutant: Mutant? = nil, isShrinking: Bool = true) -> String {
        let whole = Scenario(seed: seed)
        let scenario = isShrinking ? shrink(whole, mutant: mutant) : whole
        let outcome = run(scenario, mutant: mutant, isTracing: true)
        let option = mutant.map { " --mutant \"\($0.rawValue)\"" } ?? ""
        let command = "swift run -c release simulate --seed \(seed)\(option)"
        let end = outcome.violation.map { "✗ \($0)" } ?? "✓ every invariant held at \(outcome.moments) moments"
        return "seed \(seed)\n\(scenario)\n\n" + outcome.trace.joined(separator: "\n") + "\n\n\(end)\n\(command)\n"
    }
}

extension Scenario {
    /// The scenarios that have one thing less.
    fileprivate var smaller: [Scenario] {
        var all: [Scenario] = []
        func add(_ change: (inout Scenario) -> Void) {
            var copy = self
            change(&copy)
            all.append(copy)
        }
        for round in rounds.indices {
            add { $0.rounds.remove(at: round) }
            if rounds[round].commands.count > 1 {
                for index in rounds[round].commands.indices { add { $0.rounds[round].commands.remove(at: index) } }
            }
            for index in rounds[round].accidents.indices { add { $0.rounds[round].accidents.remove(at: index) } }
            for (index, command) in rounds[round].commands.enumerated() {
                for fault in command.faults.indices {
                    add { $0.rounds[round].commands[index].faults.remove(at: fault) }
                }
                if command.cancelledAt != nil { add { $0.rounds[round].commands[index].cancelledAt = nil } }
            }
        }
        for version in flaws.keys.sorted() { add { $0.flaws[version] = nil } }
        if isTight { add { $0.isTight = false } }
        return all
    }
}
