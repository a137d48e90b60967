import DeployKit
import DeployKitTesting
import Testing

/// Deploys and rollbacks by an environment that differs from what the edge was told.
struct ChangedEnvironmentTests {
    private let droplet = FakeFixture.droplet()

    /// Another runner, whose environment differs.
    private func changed(_ change: (inout Environment) -> Void) -> FakeDroplet {
        var environment = FakeFixture.environment()
        change(&environment)
        return FakeDroplet(environment, on: droplet.host)
    }

    private func serving() async throws -> String? {
        try await droplet.observe().servingRelease?.id.rawValue
    }

    @Test func `a rollback goes through by what the edge was told`() async throws {
        try await droplet.deploy("v1")
        try await droplet.deploy("v2")
        let next = changed {
            $0.edge.serverTimeout = .seconds(7)
            $0.routes.append(Route("new.example.com", to: "site"))
        }
        try await next.rollBack()
        #expect(try await serving() == "v1")
        #expect(droplet.timeline.lost.isEmpty, "\(droplet.timeline)")
    }

    @Test func `a deploy takes over from a dead release by what the edge was told`() async throws {
        try await droplet.deploy("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .healthy().notRestarted)
        try await droplet.deploy("v2")
        droplet.kill("api", in: .green)
        droplet.clock.advance(by: .seconds(5))
        let next = changed { $0.edge.serverTimeout = .seconds(7) }
        try await next.deploy("v3")
        #expect(try await serving() == "v3")
        #expect(try await next.observe().edge?.policy.serverTimeout == .seconds(7))
        #expect(droplet.timeline.lost.isEmpty, "\(droplet.timeline)")
    }

    @Test func `a new route is answered after a deploy of what serves already`() async throws {
        try await droplet.deploy("v1")
        try await droplet.deploy("v2")
        let next = changed { $0.routes.append(Route("new.example.com", to: "site")) }
        let report = try await next.deploy("v2")
        #expect(report.phases.map(\.step.name) == ["configure-edge", "cut-over", "verify", "record"])
        #expect(droplet.request("new.example.com").release?.rawValue == "v2")
        #expect(try await next.observe().edge?.standbyIsArmed == true)
        #expect(try await next.deploy("v2").phases.isEmpty)
        #expect(droplet.timeline.lost.isEmpty, "\(droplet.timeline)")
    }

    @Test func `a route that a dead run told the edge of and did not move is answered after the next deploy`()
        async throws
    {
        try await droplet.deploy("v1")
        let next = changed { $0.routes.append(Route("new.example.com", to: "site")) }
        next.inject(.dies(.before), at: .next(.cutOver))
        _ = try? await next.deploy("v1")
        try await next.forAnotherRunner().deploy("v1")
        #expect(droplet.request("new.example.com").release?.rawValue == "v1")
    }

    @Test func `another policy comes to the edge with a deploy of what serves already`() async throws {
        try await droplet.deploy("v1")
        let next = changed { $0.edge.serverTimeout = .seconds(7) }
        try await next.deploy("v1")
        #expect(try await next.observe().edge?.policy.serverTimeout == .seconds(7))
    }

    @Test func `another health path is another release`() async throws {
        try await droplet.deploy("v1")
        let next = changed { $0.health.path = "/ready" }
        #expect(try await next.deploy("v1").plan.release.id.rawValue == "v1-2")
    }
}
