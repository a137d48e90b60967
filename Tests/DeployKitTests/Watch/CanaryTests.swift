import DeployKit
import DeployKitTesting
import Testing

/// Whole deploys with a canary, and maintenance, on a droplet in memory.
struct CanaryTests {
    private static let services = [
        Service(name: "api", kind: .web, port: 8080, hasHealthCheck: true),
        Service(name: "site", kind: .web, port: 8080, hasHealthCheck: true),
    ]

    private let droplet: FakeDroplet

    init() {
        var environment = Fixture.environment
        environment.watch = WatchPolicy(for: .seconds(10))
        environment.canary = CanaryPolicy(each: .seconds(10))
        droplet = FakeDroplet(environment)
    }

    @discardableResult
    private func deploy(_ version: String, on droplet: FakeDroplet? = nil) async throws -> RolloutReport {
        try await (droplet ?? self.droplet).deploy(version, services: Self.services)
    }

    private func share(of version: String) -> Double {
        let own = droplet.loadAnswers.filter { $0.key.release?.rawValue == version }.reduce(0) { $0 + $1.value }
        return Double(own) / Double(droplet.loadAnswers.values.reduce(0, +))
    }

    @Test func `a release gets its shares one after the other, and all requests at the end`() async throws {
        try await deploy("v1")
        droplet.setLoad(perSecond: 300)
        let report = try await deploy("v2")
        let steps = report.phases.map(\.step).filter { ["shift", "watch", "cut-over"].contains($0.name) }
        #expect(
            steps.map(\.description) == [
                "let 1 % of the requests reach green", "watch release v2 for 10 s",
                "let 10 % of the requests reach green", "watch release v2 for 10 s",
                "let 50 % of the requests reach green", "watch release v2 for 10 s",
                "move all routes to green; blue stands by", "watch release v2 for 10 s",
            ])
        let state = try await droplet.observe()
        #expect(state.edgeStatus.share == 0 && state.edge?.share == nil)
        #expect(state.servingRelease?.id.rawValue == "v2")
        #expect(state.edge?.standbyIsArmed == true)
        #expect(droplet.loadAnswers.keys.allSatisfy { $0.status == 200 })
        #expect(droplet.timeline.lost.isEmpty)
    }

    @Test func `a release that fails is stopped at the first stage, and hardly anybody noticed`() async throws {
        try await deploy("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .answersErrors(percent: 20))
        droplet.setLoad(perSecond: 300)
        let error = await #expect(throws: DeployError.self) { try await deploy("v2") }
        #expect(error?.code == .rolledBack)
        #expect(error?.evidence.first?.contains("before it was taken back") == true)
        let state = try await droplet.observe()
        #expect(state.servingRelease?.id.rawValue == "v1")
        #expect(state.edgeStatus.share == 0)
        #expect(state.containers(in: .green).isEmpty)
        #expect(!droplet.effects.map(\.description).contains("share 10 %"))
        #expect(share(of: "v2") < 0.02)
        #expect(droplet.timeline.releases.map(\.rawValue) == ["v1"], "the routes never moved")
    }

    @Test func `a canary that dies is answered for by the release that serves`() async throws {
        try await deploy("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .crashes(after: .seconds(8)))
        droplet.setLoad(perSecond: 300)
        let error = await #expect(throws: DeployError.self) { try await deploy("v2") }
        #expect(error?.code == .rolledBack)
        #expect(droplet.loadAnswers.keys.allSatisfy { $0.status == 200 })
        let shares = droplet.effects.map(\.description).filter { $0.hasPrefix("share") }
        #expect(shares == ["share 1 %", "share 0 %"])
    }

    @Test func `a stage waits for enough requests, and not for ever`() async throws {
        try await deploy("v1")
        let report = try await deploy("v2")
        let watched = report.phases.filter { $0.step.name == "watch" }.map(\.duration)
        #expect(watched == [.seconds(40), .seconds(40), .seconds(40), .seconds(10)])
    }

    @Test(arguments: [FakeFault.Moment.before, .during, .after], [1, 2])
    func `a canary that a dead runner left is over with the next run, whichever it is`(
        moment: FakeFault.Moment, number: Int
    ) async throws {
        try await deploy("v1")
        droplet.inject(.dies(moment), at: .call(.amendEdge, number))
        _ = try? await deploy("v2")
        let other = droplet.forAnotherRunner()
        do {
            try await other.rollBack()
        } catch let error as DeployError where error.code == .refused {
            #expect(moment == .before && number == 1, "there is no canary yet, and nothing to go back to")
        }
        var state = try await other.observe()
        #expect(state.edgeStatus.share == 0 && state.edge?.share == nil)
        #expect(state.servingRelease?.id.rawValue == "v1", "a rollback takes the canary back, and nothing else")
        try await deploy("v2", on: other)
        state = try await other.observe()
        #expect(state.servingRelease?.id.rawValue == "v2")
        #expect(try await deploy("v2", on: other).phases.isEmpty)
        #expect(droplet.timeline.lost.isEmpty)
    }

    @Test func `a cancelled canary is taken back, for nobody watches it any more`() async throws {
        try await deploy("v1")
        droplet.inject(.hangs, at: .call(.sample, 3))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await deploy("v2") }
            await droplet.untilHanging()
            group.cancelAll()
        }
        let state = try await droplet.observe()
        #expect(state.edgeStatus.share == 0 && state.servingRelease?.id.rawValue == "v1")
    }

    @Test func `status says which share goes where`() async throws {
        try await deploy("v1")
        droplet.inject(.dies(.after), at: .next(.amendEdge))
        _ = try? await deploy("v2")
        let report = StatusReport(
            try await droplet.forAnotherRunner().observe(), environment: droplet.environment)
        #expect(report.canaryPercent == 1)
        #expect(report.slots.first { $0.slot == .green }?.role == "canary, 1 % of the requests")
        #expect(report.serving?.rawValue == "v1")
    }

    @Test func `a first release has no canary and no watch, for there is nothing to go back to`() async throws {
        let names = try await deploy("v1").phases.map(\.step.name)
        #expect(!names.contains("shift") && !names.contains("watch"))
    }

    // MARK: - Maintenance

    private func set(_ maintenance: Maintenance?) async throws -> Bool {
        try await Deployment(
            environment: droplet.environment, droplet: droplet, clock: droplet.clock, observer: SilentObserver()
        ).set(maintenance, as: LeaseOwner(actor: "test", action: "maintenance"))
    }

    @Test func `under maintenance the public gets the page, a deploy is verified, and it stays on until it is ended`()
        async throws
    {
        try await deploy("v1")
        #expect(try await set(Maintenance(reason: "moving")))
        #expect(try await !set(Maintenance(reason: "moving")), "twice is once")
        #expect(droplet.request("qa.example.com") == .unavailable)
        try await deploy("v2")
        #expect(droplet.request("qa.example.com") == .unavailable)
        let report = StatusReport(try await droplet.observe(), environment: droplet.environment)
        #expect(report.maintenance == "moving")
        #expect(report.serving?.rawValue == "v2")
        droplet.host.reboot()
        droplet.clock.advance(by: .seconds(5))
        #expect(droplet.request("qa.example.com") == .unavailable, "it outlives a restart")
        #expect(try await set(nil))
        #expect(droplet.request("qa.example.com").release?.rawValue == "v2")
        #expect(try await !set(nil))
    }

    @Test func `after half a cutover it does not let the new release stand by for the one that serves`() async throws {
        try await deploy("v1")
        droplet.inject(.dies(.during), at: .next(.cutOver))
        await #expect(throws: (any Error).self) { try await deploy("v2") }
        let next = droplet.forAnotherRunner()
        try #require(try await next.observe().edge?.serving == .green, "the disk says so already")
        _ = try await Deployment(
            environment: next.environment, droplet: next, clock: next.clock, observer: SilentObserver()
        ).set(Maintenance(), as: LeaseOwner(actor: "test", action: "maintenance"))
        let edge = try await next.observe().edge
        #expect(edge?.serving == .blue && edge?.standbyIsArmed == false)
    }

    @Test func `plan says that the public will not see it`() async throws {
        try await deploy("v1")
        _ = try await set(Maintenance(reason: "moving"))
        let plan = try Planner(environment: droplet.environment, state: try await droplet.observe())
            .deploy(.fake("v2", services: Self.services), salt: "s")
        #expect(plan.findings.contains { $0.subject == "maintenance" && $0.message.contains("moving") })
        #expect(plan.edge.maintenance?.reason == "moving")
    }

    @Test func `an environment whose trail has to be signed is not changed without a key`() async throws {
        try await deploy("v1")
        var environment = droplet.environment
        environment.audit.requiresSignature = true
        let deployment = Deployment(
            environment: environment, droplet: droplet, clock: droplet.clock, observer: SilentObserver())
        let error = await #expect(throws: DeployError.self) {
            try await deployment.set(Maintenance(), as: LeaseOwner(actor: "test", action: "maintenance"))
        }
        #expect(error?.code == .refused)
        #expect(droplet.request("qa.example.com").release?.rawValue == "v1")
    }

    @Test func `what serves nothing cannot be put under maintenance`() async {
        let error = await #expect(throws: DeployError.self) { try await set(Maintenance()) }
        #expect(error?.code == .refused)
    }
}
