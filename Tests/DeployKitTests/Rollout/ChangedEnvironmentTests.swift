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
}
