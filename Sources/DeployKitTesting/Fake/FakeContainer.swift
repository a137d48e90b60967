import DeployKit

/// A container on a fake droplet; all that it does follows from its behaviour and the time.
struct FakeContainer: Sendable {
    /// Different for each container that was ever made on the host.
    let identity: Int
    let name: String
    let service: Service
    let slot: Slot?
    let release: Release.ID?
    let replica: Int
    /// The image that it was made of; nil for a store.
    let image: Digest?
    let behaviour: FakeBehaviour

    private(set) var state = ContainerStatus.State.created
    private(set) var exitStatus = 0
    private(set) var restarts = 0
    private(set) var ranOutOfMemory = false
    private(set) var lines: [String] = []
    /// Whether it fell by itself or by an accident, and neither came back nor was stopped since.
    private(set) var isHurt = false
    /// Whether it was once all that a release has to be before it may serve.
    private(set) var wasHealthy = false
    private var isBooted = false
    private var isSilent = false
    private var bootsAt: Duration?
    private var endsAt: Duration?
    private var restartsAt: Duration?

    init(
        identity: Int, name: String, service: Service, slot: Slot?, release: Release.ID?, replica: Int,
        image: Digest?, behaviour: FakeBehaviour
    ) {
        self.identity = identity
        self.name = name
        self.service = service
        self.slot = slot
        self.release = release
        self.replica = replica
        self.image = image
        self.behaviour = behaviour
    }

    /// When something changes by itself, if nothing else happens.
    var nextEvent: Duration? {
        var next = bootsAt
        for moment in [endsAt, restartsAt] {
            guard let moment else { continue }
            next = next.map { min($0, moment) } ?? moment
        }
        return next
    }

    /// Whether it runs: its process is there.
    var isRunning: Bool { state == .running }

    /// Whether a check of the edge succeeds.
    var passesChecks: Bool { isListening && behaviour.isHealthy }

    /// Whether it takes connections from the edge and answers them.
    var isListening: Bool { isRunning && isBooted && !isSilent && behaviour.hasRightPort }

    mutating func start(at now: Duration) {
        guard state != .running else { return }
        state = .running
        // Docker forgets the status of the last end when it starts a container again.
        exitStatus = 0
        isBooted = false
        isSilent = false
        restartsAt = nil
        lines += behaviour.lines
        bootsAt = now + behaviour.boot
        endsAt = behaviour.end.map { now + $0.after }
    }

    /// Stops it as the engine does when asked: it is not started again by policy.
    mutating func stop() {
        guard state == .running || state == .restarting else { return }
        if state == .running { exitStatus = 0 }
        halt(.exited)
        isHurt = false
        restartsAt = nil
    }

    /// Its process dies.
    mutating func die(status: Int, outOfMemory: Bool = false, at now: Duration) {
        guard isRunning else { return }
        isHurt = true
        exitStatus = status
        ranOutOfMemory = outOfMemory
        halt(behaviour.isRestarted ? .restarting : .exited)
        // Docker waits 100 ms before the first restart and twice as long before each further one, at most a minute.
        if behaviour.isRestarted {
            restartsAt = now + min(.milliseconds(100) * (1 << min(restarts, 10)), .seconds(60))
        }
    }

    /// Its process runs on and answers nothing any more.
    mutating func fallSilent() {
        isSilent = true
        isHurt = true
    }

    /// Notes that an accident befell it.
    mutating func hurt() { isHurt = true }

    /// Does what is due at a moment.
    mutating func pass(_ now: Duration) {
        if let endsAt, endsAt <= now, let end = behaviour.end {
            die(status: end.status, outOfMemory: end.isOutOfMemory, at: now)
        } else if let bootsAt, bootsAt <= now {
            isBooted = true
            isHurt = isSilent
            wasHealthy = wasHealthy || (behaviour.isHealthy && behaviour.hasRightPort && behaviour.status < 400)
            self.bootsAt = nil
        } else if let restartsAt, restartsAt <= now {
            restarts += 1
            start(at: now)
        }
    }

    private mutating func halt(_ state: ContainerStatus.State) {
        self.state = state
        isBooted = false
        bootsAt = nil
        endsAt = nil
    }

    var status: ContainerStatus {
        ContainerStatus(
            name: name, service: service.name, slot: slot, release: release, state: state, health: health,
            exitStatus: exitStatus, restarts: restarts, ranOutOfMemory: ranOutOfMemory,
            lastHealthOutput: health == .unhealthy ? "the health check failed" : "",
            memory: isRunning ? behaviour.memory : 0)
    }

    private var health: ContainerStatus.Health {
        guard service.hasHealthCheck, service.kind != .job else { return .none }
        guard isRunning else { return .unhealthy }
        guard isBooted else { return .starting }
        return behaviour.isHealthy && !isSilent ? .healthy : .unhealthy
    }

    /// What the edge's check of it says.
    var check: String {
        if passesChecks { return "L7OK/200 in 1ms" }
        if isRunning && isSilent { return "L7TOUT in 3000ms" }
        return isListening ? "L7STS/503 in 1ms" : "L4CON"
    }
}
