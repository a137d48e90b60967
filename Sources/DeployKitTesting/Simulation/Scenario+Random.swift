import DeployKit

extension Scenario {
    /// Makes the scenario of a seed.
    package init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        self.init(seed: seed, last: "v1")
        isTight = generator.happens(10)
        isWatched = generator.happens(40)
        hasCanary = generator.happens(20)
        migrates = generator.happens(50)
        for version in Self.versions.dropFirst() where generator.happens(35) {
            flaws[version] = Flaw.allCases[generator.number(below: Flaw.allCases.count)]
        }
        // Most scenarios begin with a release that serves, or there would be little to lose.
        if generator.happens(90) { rounds.append(Round(commands: [SimulatedCommand(action: .deploy("v1"))])) }
        let count = 2 + generator.number(below: 3)
        for _ in 0..<count { rounds.append(Self.round(&generator)) }
        let healthy = Self.versions.filter { flaws[$0] == nil }
        last = healthy[generator.number(below: healthy.count)]
    }

    /// The versions that are deployed; the first one always works.
    static let versions = ["v1", "v2", "v3", "v4"]

    private static func round(_ generator: inout SeededGenerator) -> Round {
        var round = Round(commands: [command(&generator)])
        if generator.happens(20) {
            var other = generator.happens(30) ? round.commands[0] : command(&generator)
            other.isPatient = generator.happens(70)
            round.commands.append(other)
        }
        if generator.happens(30) {
            for _ in 0...generator.number(below: 2) {
                round.accidents.append((generator.number(below: 50), accident(&generator)))
            }
            round.accidents.sort { $0.turn < $1.turn }
        }
        return round
    }

    private static func command(_ generator: inout SeededGenerator) -> SimulatedCommand {
        let kind = generator.number(below: 100)
        let action: SimulatedCommand.Action =
            if kind < 70 {
                .deploy(versions[generator.number(below: versions.count)])
            } else if kind < 92 {
                .rollBack
            } else if kind < 96 { .prune } else { .maintain(generator.happens(50)) }
        var command = SimulatedCommand(action: action)
        if generator.happens(55) {
            for _ in 0...generator.number(below: 2) {
                let fault = SimulatedFault.allCases[generator.number(below: SimulatedFault.allCases.count)]
                command.faults.append((fault, point(&generator)))
            }
        }
        if generator.happens(8) { command.cancelledAt = 1 + generator.number(below: 40) }
        return command
    }

    private static func point(_ generator: inout SeededGenerator) -> FakePoint {
        if generator.happens(60) { return .effect(1 + generator.number(below: 12)) }
        if generator.happens(40) { return .next(FakeCall.allCases[generator.number(below: FakeCall.allCases.count)]) }
        return .call(generator.pick(.health, .probe), 1 + generator.number(below: 12))
    }

    private static func accident(_ generator: inout SeededGenerator) -> Accident {
        let service = generator.pick("api", "site", "mailer", "scheduler")
        let slot = generator.pick(Slot.blue, .green)
        switch generator.number(below: 10) {
        case 0...3: return .kill(service, slot)
        case 4: return .silence(generator.pick("api", "site"), slot)
        case 5: return .killStore
        case 6, 7: return .edgeRestart
        case 8: return .reboot
        default: return .clockJump(.seconds(1 << generator.number(below: 14)))
        }
    }
}

extension Scenario {
    /// The environment that is simulated: small, with short deadlines.
    var environment: Environment {
        Environment(
            application: "app", name: "test", branch: "main",
            routes: [Route("example.com", to: "site"), Route("api.example.com", to: "api")],
            health: HealthPolicy(successes: 2, deadline: .seconds(20), verifyDeadline: .seconds(1)),
            watch: isWatched ? WatchPolicy(for: .seconds(4)) : .none,
            canary: hasCanary ? CanaryPolicy([10], each: .seconds(1)) : nil,
            retention: Self.retention,
            migrations: migrates ? MigrationPolicy(.sql, checkpoint: .beforePending) : nil)
    }

    /// How many releases are kept beside the one that serves and the standby: few, so that there is something to prune.
    static let retention = RetentionPolicy(releases: 1)

    /// What is deployed as a version.
    func candidate(_ version: String) -> ReleaseCandidate {
        var candidate = ReleaseCandidate.fake(version, services: Self.services)
        let number = (Self.versions.firstIndex(of: version) ?? 0) + 1
        if migrates {
            candidate.migrations = (1...number).map { number in
                Migration(version: number, name: "add_\(number)", sql: "CREATE TABLE table_\(number) (id bigint);")
            }
        }
        return candidate
    }

    /// The services of each release, and the store.
    static let services = [
        Service(name: "api", kind: .web, port: 8080, hasHealthCheck: true),
        Service(name: "mailer", kind: .worker),
        Service(name: "migrate", kind: .job),
        Service(name: "postgres", kind: .store, hasHealthCheck: true),
        Service(name: "scheduler", kind: .worker, replacement: .stopFirst),
        Service(name: "site", kind: .web, port: 8080, hasHealthCheck: true),
    ]

    /// What the services of a version do that do not simply work.
    static func behaviours(of flaw: Flaw) -> [(service: String, behaviour: FakeBehaviour)] {
        switch flaw {
        case .neverHealthy: [("api", .neverHealthy)]
        case .exits: [("site", .exits(3))]
        case .failsProbes: [("api", .failsProbes())]
        case .wrongPort: [("site", .wrongPort)]
        case .crashes: [("api", .crashes(after: .milliseconds(3500)))]
        case .jobFails: [("migrate", .fails(1))]
        case .workerExits: [("mailer", .exits(4))]
        case .slow: [("api", .healthy(after: .seconds(9)))]
        }
    }
}

extension Scenario: CustomStringConvertible {
    /// A line for each command and accident.
    package var description: String {
        var lines = flaws.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.rawValue)" }
        if isTight { lines.append("memory is too short for a standby") }
        if isWatched { lines.append("a release is watched for 4 s") }
        if hasCanary { lines.append("10 % of the requests come first") }
        if migrates { lines.append("each version adds a table") }
        for (number, round) in rounds.enumerated() {
            lines += round.commands.map { "\(number + 1). \($0)" }
            lines += round.accidents.map { "\(number + 1). before call \($0.turn): \($0.accident)" }
        }
        return (lines + ["at last: deploy \(last)"]).joined(separator: "\n")
    }
}
