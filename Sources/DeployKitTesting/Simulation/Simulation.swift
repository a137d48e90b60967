import DeployKit
internal import Synchronization

/// Runs scenarios with the library's own planner, rollout and policies on a droplet in memory, and looks after each
/// effect and each change by the passing of time whether the invariants hold.
///
/// ```swift
/// let outcome = Simulation.run(Scenario(seed: 42))
/// ```
package struct Simulation: Sendable {
    /// What came of a scenario.
    package struct Outcome: Sendable {
        /// The invariant that did not hold; nil when all did.
        package var violation: Violation?
        /// What happened, a line each; empty unless it was asked for.
        package var trace: [String]
        /// How many changes were looked at.
        package var moments: Int
    }

    /// The calls after which a command that has not ended never will.
    private static let patience = 20_000

    private let scenario: Scenario
    private let mutant: Mutant?
    private let executor = SimulationExecutor()
    private let schedule: SimulationSchedule
    private let judge: SimulationJudge
    private let host: FakeHost
    /// Looks at the droplet and does nothing to it.
    private let onlooker: FakeDroplet

    private init(_ scenario: Scenario, mutant: Mutant?, isTracing: Bool) {
        self.scenario = scenario
        self.mutant = mutant
        let schedule = SimulationSchedule(seed: scenario.seed &+ 1)
        var facts = HostFacts.fake
        if scenario.isTight { facts.memoryAvailable = 500 << 20 }
        self.schedule = schedule
        judge = SimulationJudge(isTracing: isTracing)
        host = FakeHost(clock: ManualClock(), facts: facts) { await schedule.turn(of: $0) }
        onlooker = FakeDroplet(scenario.environment, on: host)
        for (version, flaw) in scenario.flaws {
            for (service, behaviour) in Scenario.behaviours(of: flaw) {
                onlooker.setBehaviour(of: service, in: version, to: behaviour)
            }
        }
        let judge = judge
        onlooker.change { scope, _ in
            scope.watch = { judge.look(at: $0, after: $1, at: $2) }
        }
    }

    /// Runs a scenario to its end, or until an invariant does not hold; the same one always goes the same way.
    ///
    /// - Parameters:
    ///   - scenario: What happens.
    ///   - mutant: A deliberate bug; nil for the real thing.
    ///   - isTracing: Whether to say what happened.
    /// - Returns: What came of it.
    package static func run(_ scenario: Scenario, mutant: Mutant? = nil, isTracing: Bool = false) -> Outcome {
        let simulation = Simulation(scenario, mutant: mutant, isTracing: isTracing)
        simulation.run()
        return Outcome(
            violation: simulation.judge.violation, trace: simulation.judge.trace, moments: simulation.judge.moments)
    }

    private func run() {
        for round in scenario.rounds where judge.violation == nil { perform(round) }
        if judge.violation == nil { settle() }
        onlooker.change { scope, _ in scope.watch = nil }
    }

    /// Runs the commands of a round to their ends.
    @discardableResult
    private func perform(_ round: Scenario.Round) -> [SimulatedRunner] {
        let before = onlooker.scope { $0 }
        let isCalm = round.commands.count == 1 && round.accidents.isEmpty && !before.isSettling
        let runners = round.commands.map { SimulatedRunner($0, of: scenario, on: host, mutant: mutant) }
        for runner in runners {
            judge.note("\(runner.command)")
            runner.start(on: executor) { runner in
                let scope = onlooker.scope { $0 }
                let isAlone = isCalm && runner.command.faults.isEmpty && runner.command.cancelledAt == nil
                judge.note("  \(runner.error.map { "failed: \(DeployError($0).message)" } ?? "done")")
                let end = SimulatedEnd(
                    command: runner.command, runner: runner.droplet.identity, error: runner.error,
                    isUndisturbed: isAlone && !scope.isSettling, isSound: isSound(runner.command),
                    releases: Set(before.staged.keys))
                judge.look(at: scope, .end(end))
            }
        }
        var accidents = round.accidents
        var turn = 0
        while true {
            executor.drain()
            if runners.allSatisfy(\.isDone) { break }
            while let next = accidents.first, next.turn <= turn {
                happen(accidents.removeFirst().accident, to: runners)
            }
            turn += 1
            guard turn < Self.patience else {
                judge.find("5 every command ends", "after \(turn) calls there is no end")
                break
            }
            if let chosen = schedule.choose() {
                runners.first { $0.droplet.identity == chosen }?.call()
                schedule.grant(chosen)
            } else if let hanging = runners.first(where: \.droplet.isHanging) {
                judge.note("  the run is cancelled")
                hanging.cancel()
                executor.drain()
                // What is taken back is not cancelled with the run; there the droplet ends the command.
                hanging.droplet.endHanging()
            } else {
                judge.find("5 every command ends", "\(runners.filter { !$0.isDone }.map(\.command)) never ends")
                break
            }
        }
        for (_, accident) in accidents { happen(accident, to: runners) }
        return runners
    }

    private func happen(_ accident: Scenario.Accident, to runners: [SimulatedRunner]) {
        switch accident {
        case .kill(let service, let slot): onlooker.kill(service, in: slot)
        case .silence(let service, let slot): onlooker.silence(service, in: slot)
        case .killStore: onlooker.killStore("postgres")
        case .edgeRestart: host.restartEdge()
        case .reboot:
            host.reboot()
            for runner in runners { runner.droplet.cutOff() }
        case .clockJump(let time): host.clock.advance(by: time)
        }
    }

    /// Whether nothing about a command or the release that it is about keeps it from succeeding.
    private func isSound(_ command: SimulatedCommand) -> Bool {
        guard case .deploy(let version) = command.action else { return false }
        return scenario.flaws[version] == nil
    }

    /// Nothing goes wrong any more: a last command has its way, and again has nothing to do.
    private func settle() {
        host.clock.advance(by: .seconds(300))
        let deploy = Scenario.Round(commands: [SimulatedCommand(action: .deploy(scenario.last))])
        // Where a release that crashes again and again stands by, a run may find it up and lose it.
        for _ in 1...3 {
            guard judge.violation == nil, let runner = perform(deploy).first else { return }
            if runner.error == nil { break }
            host.clock.advance(by: .seconds(60))
        }
        judge.look(at: onlooker.scope { $0 }, .settled(version: scenario.last))
        guard judge.violation == nil else { return }
        let effects = onlooker.effects.count
        perform(deploy)
        if onlooker.effects.count > effects, !onlooker.scope(\.isSettling) {
            let new = onlooker.effects.dropFirst(effects).map(\.description)
            judge.find("5 what is done is left alone", new.joined(separator: "; "))
        }
        perform(Scenario.Round(commands: [SimulatedCommand(action: .prune)]))
        let surplus = host.images.subtracting(onlooker.scope(\.neededImages))
        if !surplus.isEmpty { judge.find("5 nothing is left", "\(surplus.count) images that no release needs") }
    }
}
