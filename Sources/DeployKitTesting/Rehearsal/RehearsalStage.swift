import DeployKit
internal import Synchronization

/// Where a rehearsal takes place: a droplet in memory for each performance.
struct RehearsalStage: Sendable {
    let environment: Environment
    let state: DropletState
    let candidate: ReleaseCandidate
    let options: PlanOptions

    /// The deploy when nothing goes wrong.
    func performance() async throws -> (plan: Plan, timeline: [RehearsalReport.Moment]) {
        let droplet = FakeDroplet(restoring: state, environment: environment)
        let watcher = RehearsalWatcher(droplet)
        let report = try await deploy(on: droplet, watcher)
        return (report.plan, watcher.timeline)
    }

    /// The deploy when something goes wrong at a step, and the same command after it.
    func failure(
        of plan: Plan, at number: Int, _ accident: RehearsalReport.Accident
    ) async throws -> RehearsalReport.Failure {
        let droplet = FakeDroplet(restoring: state, environment: environment)
        let step = plan.steps[number - 1]
        let watcher = RehearsalWatcher(droplet, fault: accident.fault(at: step), at: number)
        var failure: DeployError?
        do {
            _ = try await deploy(on: droplet, watcher)
        } catch let error as DeployError {
            failure = error
        }
        let serving = droplet.serving
        let second = droplet.forAnotherRunner()
        _ = try? await deploy(on: second, RehearsalWatcher(second))
        let isKept = serving == plan.release.id && accident.leavesRunner
        return RehearsalReport.Failure(
            number: number, step: step, accident: accident, serving: serving, undone: watcher.undone,
            next: isKept ? "deploy or rollback" : "deploy",
            advice: accident.leavesRunner || accident == .losesAnswer ? failure?.next ?? "" : "",
            exitCode: accident.leavesRunner || accident == .losesAnswer ? failure?.code.exitCode : nil,
            losesRequests: !second.timeline.lost.isEmpty, servingAfterNext: second.serving)
    }

    private func deploy(on droplet: FakeDroplet, _ observer: RehearsalWatcher) async throws -> RolloutReport {
        var deployment = Deployment(
            environment: environment, droplet: droplet, clock: droplet.clock, observer: observer)
        deployment.options = options
        deployment.audit.time = droplet.host.time
        return try await deployment.deploy(candidate, as: LeaseOwner(actor: "rehearsal", action: "rehearse"))
    }
}

/// Notes what happens in a rehearsal, and lets something go wrong at a step.
private final class RehearsalWatcher: RolloutObserver {
    private let droplet: FakeDroplet
    private let fault: (fault: FakeFault, call: FakeCall)?
    private let number: Int
    private let noted = Mutex((timeline: [RehearsalReport.Moment](), undone: [Step]()))

    init(_ droplet: FakeDroplet, fault: (fault: FakeFault, call: FakeCall)? = nil, at number: Int = 0) {
        self.droplet = droplet
        self.fault = fault
        self.number = number
    }

    var timeline: [RehearsalReport.Moment] { noted.withLock(\.timeline) }
    var undone: [Step] { noted.withLock(\.undone) }

    func observe(_ event: RolloutEvent) async {
        switch event {
        case .began(_, number: number, count: _):
            if let fault { droplet.inject(fault.fault, at: .next(fault.call)) }
        case .performed(let step, let duration, detail: _):
            let moment = RehearsalReport.Moment(
                at: droplet.clock.now.offset - duration, step: step, duration: duration, serving: droplet.serving)
            noted.withLock { $0.timeline.append(moment) }
        case .undid(let step, _, problem: nil):
            noted.withLock { $0.undone.append(step) }
        default: break
        }
    }
}

extension FakeDroplet {
    /// The release that the routes lead to.
    fileprivate var serving: Release.ID? {
        scope { scope in scope.edge.hosts.values.first.flatMap(scope.release(in:)) }
    }
}

extension RehearsalReport.Accident {
    fileprivate func fault(at step: Step) -> (fault: FakeFault, call: FakeCall) {
        let fault: FakeFault =
            switch self {
            case .fails: .fails(step.failure)
            case .breaks: .breaks(.during)
            case .diesBefore: .dies(.before)
            case .diesDuring: .dies(.during)
            case .diesAfter: .dies(.after)
            case .losesAnswer: .losesAnswer
            }
        return (fault, step.call)
    }
}

extension Step {
    /// How it fails in a rehearsal: with the kind of error that it has in truth.
    fileprivate var failure: DeployError {
        switch self {
        case .fetchImages: DeployError(.image, "an image could not be brought to the droplet")
        case .checkpoint, .migrate: DeployError(.migration, "a migration failed")
        case .start, .gate: DeployError(.unhealthy, "the release is not healthy")
        case .prepareEdge, .cutOver, .shift: DeployError(.edge, "the edge refuses the change")
        case .verify, .watch: DeployError(.rolledBack, "the release was found wanting")
        default: DeployError(.droplet, "a command on the droplet failed")
        }
    }

    /// The call of the droplet that it consists of, or that it begins with.
    var call: FakeCall {
        switch self {
        case .fetchImages: .fetch
        case .stage: .stage
        case .startStores: .startStores
        case .checkpoint: .checkpoint
        case .migrate: .migrate
        case .prepareEdge, .configureEdge: .configureEdge
        case .clear: .clear
        case .vacate: .vacate
        case .stop: .stop
        case .start: .start
        case .gate, .awaitServers: .health
        case .shift: .amendEdge
        case .cutOver: .cutOver
        case .resume: .resume
        case .verify: .probe
        case .watch: .sample
        case .drain: .drain
        case .prune: .remove
        case .record: .record
        }
    }
}
