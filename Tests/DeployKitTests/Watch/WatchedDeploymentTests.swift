import DeployKit
import DeployKitTesting
import Testing

/// Whole deploys with a watch and a deadline, with the real planner and rollout, on a droplet in memory.
struct WatchedDeploymentTests {
    private static let services = [
        Service(name: "api", kind: .web, port: 8080, hasHealthCheck: true),
        Service(name: "mailer", kind: .worker),
        Service(name: "site", kind: .web, port: 8080, hasHealthCheck: true),
    ]

    private let droplet: FakeDroplet

    init() {
        var environment = Fixture.environment
        environment.watch = WatchPolicy(for: .seconds(10))
        droplet = FakeDroplet(environment)
    }

    private func deploy(_ version: String, on droplet: FakeDroplet? = nil) async throws -> RolloutReport {
        try await (droplet ?? self.droplet).deploy(version, services: Self.services)
    }

    private func deployed(_ version: String) async throws { _ = try await deploy(version) }

    private func serving() async throws -> String? { try await droplet.observe().servingRelease?.id.rawValue }

    private func answers(of version: String, where isMeant: (Int) -> Bool = { _ in true }) -> Int {
        droplet.loadAnswers.filter { $0.key.release?.rawValue == version && isMeant($0.key.status) }
            .reduce(0) { $0 + $1.value }
    }

    @Test func `a release that does well is watched for its time, and what it answered is reported`() async throws {
        try await deployed("v1")
        droplet.setLoad(perSecond: 100)
        let report = try await deploy("v2")
        let watched = try #require(report.phases.first { $0.step.name == "watch" })
        #expect(watched.duration == .seconds(10))
        // The load's, and some probes'.
        let answered = try #require(report.traffic).total.answered
        #expect((990...1080).contains(answered))
        #expect(report.traffic?.total.serverErrors == 0)
        #expect(try await serving() == "v2")
        #expect(droplet.timeline.lost.isEmpty)
    }

    @Test func `a release that answers a fifth of its requests with errors is taken back, and all it answered is told`()
        async throws
    {
        try await deployed("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .answersErrors(percent: 20))
        droplet.setLoad(perSecond: 200)
        let start = droplet.clock.now
        let error = await #expect(throws: DeployError.self) { try await deployed("v2") }
        #expect(error?.code == .rolledBack)
        #expect(error?.message.contains("requests to api failed") == true, "\(error?.message ?? "")")
        #expect(error?.serving.contains("release v1 serves") == true)
        #expect(start.duration(to: droplet.clock.now) < .seconds(5))
        #expect(try await serving() == "v1")

        let answered = answers(of: "v2")
        let failed = answers(of: "v2") { $0 == 500 }
        #expect(answered > 0 && failed > 0)
        let words = try #require(error?.evidence.first)
        #expect(words.hasSuffix(" requests, \(failed) of them with a server error (5xx) before it was taken back"))
        let counted = try #require(words.split(separator: " ").compactMap { Int($0) }.first)
        #expect((answered...(answered + 50)).contains(counted), "the load's \(answered), and some probes': \(words)")
        let running = try await droplet.observe().containers.filter { $0.service == "mailer" && $0.state == .running }
        #expect(running.map(\.slot) == [.blue], "the worker of the release before is back")
        #expect(droplet.timeline.lost.isEmpty, "\(droplet.timeline)")
        #expect(droplet.timeline.mixed.isEmpty)
    }

    @Test func `what a release answered that was taken back excuses none that comes later`() async throws {
        try await deployed("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .answersErrors(percent: 100))
        droplet.setLoad(perSecond: 2000)
        _ = try? await deploy("v2")
        droplet.setLoad(perSecond: 20)
        try await deployed("v3")
        droplet.setBehaviour(of: "api", in: "v4", to: .answersErrors(percent: 20))
        let error = await #expect(throws: DeployError.self) { try await deployed("v4") }
        #expect(error?.message.contains("requests to api failed") == true, "\(error?.message ?? "")")
        #expect(try await serving() == "v3")
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let behaviour: FakeBehaviour
        let words: String
        var testDescription: String { words }
    }

    @Test(arguments: [
        Fault(behaviour: .crashes(after: .seconds(4)), words: "status 137"),
        Fault(behaviour: .runsOutOfMemory(after: .seconds(4)), words: "ran out of memory"),
        Fault(behaviour: .slow(.seconds(2)), words: "to answer on average"),
    ])
    func `a release that dies or drags while it is watched is taken back`(_ fault: Fault) async throws {
        try await deployed("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: fault.behaviour)
        droplet.setLoad(perSecond: 200)
        let error = await #expect(throws: DeployError.self) { try await deployed("v2") }
        #expect(error?.code == .rolledBack)
        #expect(error?.message.contains(fault.words) == true, "\(error?.message ?? "")")
        #expect(try await serving() == "v1")
        #expect(droplet.timeline.lost.isEmpty, "\(droplet.timeline)")
    }

    @Test func `the routes go back before anything else is done`() async throws {
        try await deployed("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .crashes(after: .seconds(4)))
        _ = try? await deploy("v2")
        let effects = droplet.effects.map(\.description)
        let cutover = try #require(effects.firstIndex(of: "cut over to green with standby"))
        #expect(
            effects[(cutover + 1)...].prefix(6) == [
                "stop mailer in blue", "cut over to blue", "stop mailer in green", "resume mailer in blue",
                "drain green", "clear green",
            ])
    }

    @Test func `where the routes cannot go back nothing is removed, and the error says so`() async throws {
        try await deployed("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .answersErrors(percent: 50))
        droplet.setLoad(perSecond: 200)
        droplet.inject(.fails(.edge, "no"), at: .call(.cutOver, 2))
        let error = await #expect(throws: DeployError.self) { try await deployed("v2") }
        #expect(error?.evidence.contains("the traffic could not go back: no") == true)
        #expect(error?.serving.contains("still serves") == true)
        #expect(try await serving() == "v2")
        #expect(try await !droplet.observe().containers(in: .green).isEmpty)
    }

    @Test func `a watch that a dead runner left is held by the next run`() async throws {
        try await deployed("v1")
        droplet.inject(.dies(.before), at: .call(.sample, 3))
        _ = try? await deploy("v2")
        let next = droplet.forAnotherRunner()
        let report = try await deploy("v2", on: next)
        #expect(report.phases.map(\.step.name).contains("watch"))
        #expect(try await deploy("v2", on: next).phases.isEmpty, "nothing is left to do")
    }

    @Test func `connections of the release before may stay as long as without a watch, and no longer`() throws {
        var environment = Fixture.environment
        environment.watch = WatchPolicy(for: .seconds(10))
        let state = Fixture.state(serving: .blue, slots: [.blue: try Fixture.release("v1", digit: "1")])
        let plan = try Planner(environment: environment, state: state)
            .deploy(Fixture.candidate("v2", digit: "2"), salt: "new")
        #expect(
            plan.steps.suffix(5) == [
                .verify(.green, plan.release.id), .stop(.blue, ["mailer"]),
                .watch(.green, plan.release.id, .seconds(10)), .drain(.blue, limit: .seconds(20)), .record,
            ])
    }

    // MARK: - The deadline of the whole rollout

    private func late(at call: FakeCall, number: Int = 1) async -> DeployError? {
        droplet.inject(.hangs, at: .call(call, number))
        return await withTaskGroup(of: DeployError?.self) { group in
            group.addTask {
                do {
                    _ = try await deploy("v2")
                    return nil
                } catch {
                    return error as? DeployError
                }
            }
            await droplet.untilHanging()
            droplet.clock.advance(by: .seconds(300))
            return await group.next() ?? nil
        }
    }

    @Test(arguments: [FakeCall.fetch, .stage, .configureEdge, .start, .health, .cutOver])
    func `a step that hangs is given up at the deadline, and nothing is left of the release`(_ call: FakeCall)
        async throws
    {
        try await deployed("v1")
        let error = await late(at: call)
        #expect(error?.code == .deadline)
        #expect(error?.code.exitCode == 13)
        #expect(try await serving() == "v1")
        let state = try await droplet.observe()
        #expect(state.containers(in: .green).isEmpty && state.releases.map(\.id.rawValue) == ["v1"])
        #expect(droplet.timeline.lost.isEmpty)
    }

    @Test(arguments: [(FakeCall.stop, 1), (.sample, 3)])
    func `past the deadline the traffic goes back, though the release serves already`(call: FakeCall, number: Int)
        async throws
    {
        try await deployed("v1")
        let error = await late(at: call, number: number)
        #expect(error?.code == .deadline)
        #expect(error?.serving.contains("the traffic went back") == true)
        #expect(try await serving() == "v1")
    }

    @Test func `a release that has proved itself is not taken back for its tidying`() async throws {
        try await deployed("v1")
        droplet.open(connectionsTo: "api.qa.example.com")
        var environment = droplet.environment
        environment.edge.drainLimit = .seconds(1000)
        let patient = FakeDroplet(environment, on: droplet.host)
        let report = try await deploy("v2", on: patient)
        #expect(report.duration > .seconds(300))
        #expect(try await serving() == "v2")
    }

    @Test func `a rollout that was too slow is noticed also where nothing hung`() async throws {
        try await deployed("v1")
        var environment = droplet.environment
        environment.deadline = .seconds(5)
        environment.watch.duration = .seconds(4)
        let hurried = FakeDroplet(environment, on: droplet.host)
        let error = await #expect(throws: DeployError.self) { _ = try await deploy("v2", on: hurried) }
        #expect(error?.code == .deadline)
        #expect(try await serving() == "v1")
        #expect(droplet.timeline.releases.map(\.rawValue) == ["v1", "v2", "v1"])
    }
}
