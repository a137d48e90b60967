import DeployKit
internal import Synchronization

/// One run of a command in a simulation.
final class SimulatedRunner: Sendable {
    let command: SimulatedCommand
    let droplet: FakeDroplet
    private let scenario: Scenario
    private let mutant: Mutant?
    private let state = Mutex((calls: 0, isDone: false, error: (any Error)?.none, report: RolloutReport?.none))
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(_ command: SimulatedCommand, of scenario: Scenario, on host: FakeHost, mutant: Mutant?) {
        self.command = command
        self.scenario = scenario
        self.mutant = mutant
        droplet = FakeDroplet(scenario.environment, on: host)
        for (fault, point) in command.faults { droplet.inject(fault.fake, at: point) }
        mutant?.prepare(droplet)
    }

    /// Whether the command has ended.
    var isDone: Bool { state.withLock(\.isDone) }
    /// What it threw.
    var error: (any Error)? { state.withLock(\.error) }
    /// How its rollout went.
    var report: RolloutReport? { state.withLock(\.report) }

    /// Begins to run the command; it is done when ``isDone`` says so.
    func start(on executor: SimulationExecutor, then end: @escaping @Sendable (SimulatedRunner) -> Void) {
        let task = Task(executorPreference: executor) {
            do {
                let report = try await self.run()
                self.state.withLock { $0.report = report }
            } catch {
                self.state.withLock { $0.error = error }
            }
            end(self)
            self.state.withLock { $0.isDone = true }
        }
        self.task.withLock { $0 = task }
    }

    /// Counts a call, and cancels the command before the one at which a person does.
    func call() {
        let number = state.withLock { state in
            state.calls += 1
            return state.calls
        }
        if number == command.cancelledAt { cancel() }
    }

    /// Cancels the command, as a person does.
    func cancel() { task.withLock { $0?.cancel() } }

    private func run() async throws -> RolloutReport? {
        var deployment = Deployment(
            environment: scenario.environment, droplet: mutant.map { MutantDroplet(droplet, $0) } ?? droplet,
            clock: droplet.clock, observer: SilentObserver())
        if command.isPatient { deployment.patience = .seconds(3600) }
        deployment.audit.time = droplet.host.time
        let owner = LeaseOwner(actor: "runner", action: "\(command.action)")
        switch command.action {
        case .deploy(let version):
            return try await deployment.deploy(scenario.candidate(version), as: owner)
        case .rollBack:
            return try await deployment.rollBack(as: owner)
        case .prune:
            _ = try await deployment.prune(as: owner)
        case .maintain(let isOn):
            _ = try await deployment.set(isOn ? Maintenance() : nil, as: owner)
        }
        return nil
    }
}
