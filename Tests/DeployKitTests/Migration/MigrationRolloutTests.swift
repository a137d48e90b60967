import DeployKit
import DeployKitTesting
import Testing

/// Whole rollouts with migrations, on the droplet in memory.
struct MigrationRolloutTests {
    private let droplet: FakeDroplet
    private let first = Migration(version: 1, name: "first", sql: "CREATE TABLE a (id int)")
    private let second = Migration(version: 2, name: "second", sql: "ALTER TABLE a ADD note text")
    private let third = Migration(version: 3, name: "third", sql: "ALTER TABLE a ADD more text")
    private let drop = Migration(version: 4, name: "drop", sql: "ALTER TABLE a DROP note")

    init() { droplet = Self.droplet(.sql) }

    private static func droplet(_ mechanism: MigrationPolicy.Mechanism) -> FakeDroplet {
        var environment = Fixture.environment
        environment.migrations = MigrationPolicy(mechanism, checkpoint: .beforePending)
        return FakeDroplet(environment)
    }

    private static let services =
        ["api", "site"].map { Service(name: $0, kind: .web, port: 8080, hasHealthCheck: true) } + [Fixture.store]

    @discardableResult
    private func deploy(
        _ version: String, _ migrations: [Migration], on droplet: FakeDroplet? = nil, allowing versions: Set<Int> = []
    ) async throws -> RolloutReport {
        var options = PlanOptions()
        options.allowedContracts = versions
        return try await (droplet ?? self.droplet).deploy(
            version, services: Self.services, migrations: migrations, options: options)
    }

    @Test func `migrations run once, before the release starts, and a rollback behind them is safe`() async throws {
        try await deploy("v1", [first])
        try await deploy("v2", [first, second])
        #expect(droplet.appliedMigrations == [1, 2])
        #expect([1, 2].map(droplet.runs(ofMigration:)) == [1, 1])
        #expect(droplet.checkpoints.count == 2)
        try await droplet.rollBack()
        #expect(droplet.request("qa.example.com").release?.rawValue == "v1")
        #expect(droplet.timeline.lost.isEmpty)
    }

    @Test func `a failed migration moves nothing, and what was applied before it stays`() async throws {
        try await deploy("v1", [first])
        try await deploy("v2", [first])
        let before = droplet.inventory
        droplet.setBehaviour(ofMigration: 3, to: .fails("column \"more\" already exists"))
        let error = await #expect(throws: DeployError.self) { try await deploy("v3", [first, second, third]) }
        #expect(error?.code == .migration)
        #expect(error?.message.contains("3_third failed: column \"more\" already exists") == true)
        #expect(error?.serving.contains("release v2 serves") == true)
        #expect(error?.evidence.contains { $0.contains(".restore") } == true)
        #expect(droplet.appliedMigrations == [1, 2])
        // Not even the standby is lost.
        #expect(droplet.inventory == before)
        #expect(droplet.timeline.releases.map(\.rawValue) == ["v1", "v2"])

        droplet.setBehaviour(ofMigration: 3, to: nil)
        try await deploy("v3", [first, second, third])
        #expect([1, 2, 3].map(droplet.runs(ofMigration:)) == [1, 1, 1])
    }

    @Test func `a failed migration of a failed release is remembered for a rollback`() async throws {
        try await deploy("v1", [first])
        try await deploy("v2", [first])
        droplet.setBehaviour(ofMigration: 3, to: .fails("no"))
        _ = try? await deploy("v3", [first, second, third])
        try await droplet.rollBack()
        #expect(droplet.request("qa.example.com").release?.rawValue == "v1")
    }

    @Test func `a migration that waits for a lock gives up, and the traffic has not moved`() async throws {
        try await deploy("v1", [first])
        droplet.setBehaviour(ofMigration: 2, to: .waitsForLock)
        let error = await #expect(throws: DeployError.self) { try await deploy("v2", [first, second]) }
        #expect(error?.message.contains("waited for a lock longer than 5 s") == true)
        #expect(droplet.timeline.releases.map(\.rawValue) == ["v1"])
    }

    @Test func `a contract migration is refused, runs with the flag, and then rollback is refused`() async throws {
        try await deploy("v1", [first, second])
        let refused = await #expect(throws: DeployError.self) { try await deploy("v2", [first, second, drop]) }
        #expect(refused?.code == .refused)
        #expect(refused?.next.contains("--allow-contract 4") == true)
        #expect(droplet.appliedMigrations == [1, 2])

        try await deploy("v2", [first, second, drop], allowing: [4])
        #expect(droplet.appliedMigrations == [1, 2, 4])
        let stuck = await #expect(throws: DeployError.self) { try await droplet.rollBack() }
        #expect(stuck?.code == .refused)
        #expect(stuck?.message.contains("does not fit the schema: 4_drop") == true)
        #expect(stuck?.next.contains(".restore") == true)
        #expect(droplet.request("qa.example.com").release?.rawValue == "v2")
    }

    @Test func `a release whose command failed leaves nothing in its slot`() async throws {
        let droplet = Self.droplet(.command(service: "api", arguments: ["migrate"]))
        try await deploy("v1", [first], on: droplet)
        droplet.setBehaviour(ofMigration: 2, to: .fails("no"))
        await #expect(throws: DeployError.self) { try await deploy("v2", [first, second], on: droplet) }
        #expect(droplet.effects.contains(.clear(.green)))
        #expect(try await droplet.observe().releases.map(\.version) == ["v1"])
    }

    @Test(arguments: FakeFault.Moment.allCases)
    func `a runner that dies in the migration is followed by one that ends it, once`(
        moment: FakeFault.Moment
    ) async throws {
        try await deploy("v1", [first])
        droplet.inject(.dies(moment), at: .next(.migrate))
        await #expect(throws: (any Error).self) { try await deploy("v2", [first, second, third]) }
        let next = droplet.forAnotherRunner()
        try await deploy("v2", [first, second, third], on: next)
        #expect([1, 2, 3].map(next.runs(ofMigration:)) == [1, 1, 1])
        #expect(next.request("qa.example.com").release?.rawValue == "v2")
        #expect(next.timeline.lost.isEmpty)
    }

    @Test func `a restored database gets its migrations again from the release that serves`() async throws {
        try await deploy("v1", [first, second])
        let restored = droplet.forAnotherRunner()
        restored.forgetMigrations(after: 1)
        let report = try await deploy("v1", [first, second], on: restored)
        #expect(report.plan.steps.map(\.name) == ["checkpoint", "migrate", "record"])
        #expect(restored.appliedMigrations == [1, 2])
    }
}
