import DeployKitTesting
import Synchronization
import Testing

@testable import DeployKit

/// What the observers of a rollout are told, whoever wrote them.
struct RedactedEventsTests {
    private static let word = "S3cretWord"
    private let observer = Recorder()

    @Test func `a rollout tells its observers no secret, wherever it was printed`() async throws {
        var environment = Fixture.environment
        environment.migrations = MigrationPolicy(.sql)
        let droplet = FakeDroplet(environment)
        droplet.setBehaviour(ofMigration: 1, to: .fails("cannot connect to postgres://bank:\(Self.word)@db"))
        droplet.inject(.fails(.droplet, "\(Self.word) is no folder"), at: .next(.remove))
        let services = ["api", "site"].map { Service(name: $0, kind: .web, port: 8080, hasHealthCheck: true) }
        var candidate = ReleaseCandidate.fake(
            "v1", services: services + [Fixture.store], values: ["api.PASSWORD": Secret(Self.word)])
        candidate.migrations = [Migration(version: 1, name: "first", sql: "DROP TABLE a -- \(Self.word)")]
        candidate.findings = [Finding(.warning, "services.api", "it says \(Self.word)")]
        let deployment = Deployment(
            environment: environment, droplet: droplet, clock: droplet.clock, observer: observer)
        await #expect(throws: DeployError.self) {
            _ = try await deployment.deploy(candidate, as: LeaseOwner(actor: "ana", action: "v1"))
        }
        #expect(observer.told.contains { "\($0)".contains("bank:<redacted>@db") && $0.isProgress })
        #expect(observer.told.contains { "\($0)".contains("<redacted> is no folder") })
        #expect(!observer.words.contains(Self.word), "\(observer.words)")
    }

    @Test func `neither a plan nor a refusal tells one`() async throws {
        let droplet = FakeDroplet(Fixture.environment)
        var candidate = ReleaseCandidate.fake(
            "v1", services: [Fixture.store] + Fixture.services, values: ["api.PASSWORD": Secret(Self.word)])
        let deployment = Deployment(
            environment: droplet.environment, droplet: droplet, clock: droplet.clock, observer: observer)
        candidate.findings = [Finding(.refusal, "services.api", "/srv/\(Self.word) is missing")]
        let plan = try await deployment.plan(candidate)
        #expect(plan.findings.contains { $0.message == "/srv/<redacted> is missing" })
        let error = try await #require(throws: DeployError.self) {
            _ = try await deployment.deploy(candidate, as: LeaseOwner(actor: "ana", action: "v1"))
        }
        #expect(error.message == "services.api: /srv/<redacted> is missing")
    }

    @Test func `no kind of event that has words has a secret`() async throws {
        let droplet = FakeDroplet(Fixture.environment)
        var deployment = Deployment(
            environment: droplet.environment, droplet: droplet, clock: droplet.clock, observer: observer)
        deployment.secrets = KnownSecrets([Secret(Self.word)])
        var plan = try await deployment.plan(.fake("v1", services: [Fixture.store] + Fixture.services))
        plan.losses = [Self.word]
        plan.findings = [Finding(.note, Self.word, Self.word, advice: Self.word)]
        plan.migrations = [
            PendingMigration(
                version: 1, name: "a", file: "1_a.sql", change: .expand,
                reasons: [MigrationReason(.note, line: 1, statement: Self.word, Self.word)], isAllowed: false)
        ]
        let step = Step.record
        let events: [RolloutEvent] = [
            .planned(plan), .progressed(step, Self.word), .performed(step, .zero, detail: Self.word),
            .failed(step, DeployError(.droplet, Self.word)), .undid(step, .zero, problem: Self.word),
            .ended(RolloutReport(plan: plan)), .remarked(Self.word),
        ]
        for event in events { await deployment.observer.observe(event) }
        #expect(observer.told.count == events.count)
        #expect(observer.told.allSatisfy { "\($0)".contains("<redacted>") })
        #expect(!observer.words.contains(Self.word), "\(observer.words)")
    }

    @Test func `a name that everybody sees is told, though a password is the same`() async throws {
        let droplet = FakeDroplet(Fixture.environment)
        let candidate = ReleaseCandidate.fake(
            "v1", services: [Fixture.store] + Fixture.services, values: ["api.PASSWORD": Secret("postgres")])
        _ = try await Deployment(
            environment: droplet.environment, droplet: droplet, clock: droplet.clock, observer: observer
        ).deploy(candidate, as: LeaseOwner(actor: "ana", action: "v1"))
        #expect(observer.words.contains("healthy: postgres"))
    }
}

/// Remembers all that it was told.
private final class Recorder: RolloutObserver {
    private let events = Mutex<[RolloutEvent]>([])

    var told: [RolloutEvent] { events.withLock { $0 } }
    var words: String { told.map { "\($0)" }.joined(separator: "\n") }

    func observe(_ event: RolloutEvent) async { events.withLock { $0.append(event) } }
}

extension RolloutEvent {
    fileprivate var isProgress: Bool { if case .progressed = self { true } else { false } }
}
