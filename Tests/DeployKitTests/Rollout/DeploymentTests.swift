import DeployKit
import DeployKitTesting
import Testing

/// Whole deploys and rollbacks, with the real planner and rollout, on a droplet in memory.
struct DeploymentTests {
    private static let services = [
        Service(name: "api", kind: .web, port: 8080, hasHealthCheck: true),
        Service(name: "mailer", kind: .worker),
        Service(name: "postgres", kind: .store),
        Service(name: "site", kind: .web, port: 8080, hasHealthCheck: true),
    ]

    private let droplet = FakeDroplet(Fixture.environment)

    private func deploy(_ version: String, on droplet: FakeDroplet? = nil) async throws -> RolloutReport {
        try await (droplet ?? self.droplet).deploy(version, services: Self.services)
    }

    private func serving() async throws -> String? {
        try await droplet.observe().servingRelease?.id.rawValue
    }

    @Test func `deploys follow each other without a lost or a mixed answer`() async throws {
        for number in 1...6 { _ = try await deploy("v\(number)") }
        #expect(droplet.timeline.lost.isEmpty, "\(droplet.timeline)")
        #expect(droplet.timeline.mixed.isEmpty, "\(droplet.timeline)")
        #expect(droplet.timeline.releases.map(\.rawValue) == (1...6).map { "v\($0)" })
        let state = try await droplet.observe()
        #expect(state.releases.count == 5, "the serving one, its standby and the last three are kept")
        #expect(state.edge?.standbyIsArmed == true)
    }

    @Test func `stores are made once and never again`() async throws {
        _ = try await deploy("v1")
        let identities = droplet.identities
        _ = try await deploy("v2")
        _ = try await droplet.rollBack()
        #expect(droplet.identities == identities)
    }

    @Test func `workers run in the serving slot alone, and come back with a rollback`() async throws {
        _ = try await deploy("v1")
        _ = try await deploy("v2")
        func running() async throws -> [Slot?] {
            try await droplet.observe().containers.filter { $0.service == "mailer" && $0.state == .running }.map(\.slot)
        }
        #expect(try await running() == [.green])
        _ = try await droplet.rollBack()
        #expect(try await running() == [.blue])
        #expect(try await serving() == "v1")
    }

    @Test func `deploying what serves changes nothing`() async throws {
        _ = try await deploy("v1")
        let effects = droplet.effects.count
        let report = try await deploy("v1")
        #expect(report.phases.isEmpty)
        #expect(droplet.effects.count == effects)
    }

    @Test func `deploying what a rollback brought back leaves the standby as it is`() async throws {
        _ = try await deploy("v1")
        _ = try await deploy("v2")
        _ = try await droplet.rollBack()
        #expect(try await deploy("v1").phases.isEmpty)
        #expect(try await droplet.observe().release(in: .green)?.id.rawValue == "v2")
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        let behaviour: FakeBehaviour
        let words: String
        var testDescription: String { words }
    }

    @Test(arguments: [
        Failure(behaviour: .neverHealthy, words: "not healthy after"),
        Failure(behaviour: .exits(3, after: .milliseconds(100)), words: "exited with status 3"),
        Failure(behaviour: .failsProbes(), words: "answered 500"),
        Failure(behaviour: .wrongPort, words: "the edge does not find api up"),
    ])
    func `a release that fails never answers, and nothing is left of it but the evidence`(_ test: Failure) async throws
    {
        _ = try await deploy("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: test.behaviour)
        let error = await #expect(throws: DeployError.self) { _ = try await deploy("v2") }
        #expect(error?.code == .unhealthy)
        #expect(error?.message.contains(test.words) == true, "\(error?.message ?? "")")
        #expect(error?.serving.contains("release v1 serves") == true)
        #expect(error?.next.isEmpty == false)
        #expect(droplet.timeline.releases.map(\.rawValue) == ["v1"])
        #expect(droplet.timeline.lost.isEmpty)
        let state = try await droplet.observe()
        #expect(state.releases.map(\.id.rawValue) == ["v1"])
        #expect(state.containers(in: .green).isEmpty)
        #expect(state.records.last?.result == .failed)
        #expect(droplet.evidence.keys.map(\.rawValue) == ["v2"])
    }

    @Test func `a container that ends is noticed at once, not at the deadline`() async throws {
        _ = try await deploy("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .exits(3, after: .milliseconds(100)))
        let before = droplet.clock.now
        _ = try? await deploy("v2")
        #expect(before.duration(to: droplet.clock.now) < .seconds(2))
    }

    @Test func `an image that does not exist leaves everything as it was`() async throws {
        _ = try await deploy("v1")
        droplet.inject(.fails(.image), at: .next(.fetch))
        let error = await #expect(throws: DeployError.self) { _ = try await deploy("v2") }
        #expect(error?.code == .image)
        #expect(try await serving() == "v1")
    }

    @Test func `the standby answers for a release that dies, and a rollback settles it`() async throws {
        _ = try await deploy("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .healthy().notRestarted)
        _ = try await deploy("v2")
        droplet.kill("api", in: .green)
        droplet.clock.advance(by: .seconds(5))
        #expect(droplet.request("qa.example.com").release?.rawValue == "v1")
        #expect(droplet.timeline.lost.isEmpty, "\(droplet.timeline)")
        _ = try await droplet.rollBack()
        #expect(try await serving() == "v1")
    }

    @Test(arguments: FakeCall.allCases.filter { !$0.isReading }, FakeFault.Moment.allCases)
    func `a runner that dies anywhere loses nothing, and the next deploy converges`(
        call: FakeCall, moment: FakeFault.Moment
    ) async throws {
        _ = try await deploy("v1")
        _ = try await deploy("v2")
        droplet.inject(.dies(moment), at: .next(call))
        _ = try? await deploy("v3")
        let next = droplet.forAnotherRunner()
        _ = try await deploy("v3", on: next)
        #expect(droplet.timeline.lost.isEmpty, "\(droplet.timeline)")
        #expect(droplet.timeline.mixed.isEmpty, "\(droplet.timeline)")
        let state = try await next.observe()
        #expect(state.servingRelease?.id.rawValue == "v3")
        #expect(state.leaseOwner == nil)
        #expect(try await deploy("v3", on: next).phases.isEmpty, "nothing is left to do")
        #expect(
            state.containers.filter { $0.service == "mailer" && $0.state == .running }.map(\.slot) == [
                state.servingSlot
            ])
    }

    @Test(arguments: FakeCall.allCases.filter { !$0.isReading })
    func `an effect that fails is taken back`(call: FakeCall) async throws {
        _ = try await deploy("v1")
        droplet.inject(.fails(.droplet), at: .next(call))
        _ = try? await deploy("v2")
        #expect(droplet.timeline.lost.isEmpty, "\(droplet.timeline)")
        #expect(droplet.timeline.mixed.isEmpty, "\(droplet.timeline)")
        _ = try await deploy("v2")
        #expect(try await serving() == "v2")
    }

    @Test func `a release whose run died before it was remembered stands by for the next, and is gone back to`()
        async throws
    {
        _ = try await deploy("v1")
        droplet.inject(.dies(.before), at: .next(.record))
        _ = try? await deploy("v2")
        let next = droplet.forAnotherRunner()
        _ = try await deploy("v3", on: next)
        #expect(try await deploy("v3", on: next).phases.isEmpty, "v2 is kept")
        #expect(try await next.rollBack().plan.release.id.rawValue == "v2")
        #expect(try await next.observe().servingRelease?.id.rawValue == "v2")
    }

    @Test func `restarting a release that is down is taken back where it fails, and says that the release is down`()
        async throws
    {
        droplet.setBehaviour(of: "api", in: "v1", to: .healthy().notRestarted)
        _ = try await deploy("v1")
        droplet.kill("api", in: .blue)
        droplet.clock.advance(by: .seconds(5))
        droplet.setBehaviour(of: "api", in: "v1", to: .neverHealthy)
        let error = await #expect(throws: DeployError.self) { _ = try await deploy("v1") }
        #expect(error?.code == .unhealthy)
        #expect(error?.serving.contains("release v1, which was not all up, is as it was") == true, "\(error as Any)")
        let state = try await droplet.observe()
        #expect(state.containers(in: .green).isEmpty)
        #expect(state.servingSlot == .blue && state.releases.map(\.id.rawValue) == ["v1"])
    }

    @Test func `a release that made way for want of memory comes back when the next one fails in public`() async throws
    {
        let limited = Self.services.map { service in
            var service = service
            if service.kind != .store { service.memoryLimit = 600 << 20 }
            return service
        }
        _ = try await deploy("v1")
        droplet.inject(.fails(.rolledBack, "found wanting"), at: .next(.cutOver))
        let error = await #expect(throws: DeployError.self) {
            try await droplet.deploy("v2", services: limited, options: PlanOptions(allowsDowntime: true))
        }
        #expect(error?.serving.contains("release v1 serves") == true, "\(error as Any)")
        let state = try await droplet.observe()
        #expect(state.servingRelease?.id.rawValue == "v1")
        #expect(state.isReady(.blue) && state.containers(in: .green).isEmpty)
    }

    @Test(arguments: [
        (FakeCall.clear, "what is left of release v2 is removed"),
        (.remove, "what is left of release v2 is removed"),
        (.resume, "not all of release v1 could be started again"),
    ])
    func `a failure says what could not be taken back`(call: FakeCall, words: String) async throws {
        var services = Self.services
        services[1].replacement = .stopFirst
        _ = try await deploy("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .neverHealthy)
        droplet.inject(.fails(.droplet, "no luck"), at: .next(call))
        let error = await #expect(throws: DeployError.self) {
            try await droplet.deploy("v2", services: services)
        }
        #expect(error?.serving.contains(words) == true, "\(error?.serving ?? "")")
        #expect(error?.evidence.contains { $0.contains("no luck") } == true)
        #expect(error?.serving.contains("nothing is left") == (call == .resume))
    }

    @Test func `what an earlier run only wrote goes with the next one that fails`() async throws {
        _ = try await deploy("v1")
        droplet.inject(.dies(.after), at: .next(.stage))
        _ = try? await deploy("v2")
        let next = droplet.forAnotherRunner()
        next.setBehaviour(of: "api", in: "v2", to: .neverHealthy)
        _ = try? await deploy("v2", on: next)
        #expect(try await next.observe().releases.map(\.id.rawValue) == ["v1"])
    }

    @Test func `two runs at once do not meet`() async throws {
        _ = try await deploy("v1")
        droplet.inject(.hangs, at: .next(.start))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await deploy("v2") }
            await droplet.untilHanging()
            let error = await #expect(throws: DeployError.self) {
                _ = try await deploy("v3", on: droplet.forAnotherRunner())
            }
            #expect(error?.code == .busy)
            group.cancelAll()
        }
        #expect(try await serving() == "v1")
        #expect(droplet.timeline.lost.isEmpty)
    }
}
