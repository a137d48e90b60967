import Testing

@testable import DeployKit

struct PlannerMigrationTests {
    private static let first = Migration(version: 1, name: "first", sql: "CREATE TABLE a (id int)")
    private static let second = Migration(version: 2, name: "second", sql: "ALTER TABLE a ADD note text")
    private static let drop = Migration(version: 3, name: "drop", sql: "ALTER TABLE a DROP note")

    private var environment = Fixture.environment

    init() { environment.migrations = MigrationPolicy(.sql, checkpoint: .beforePending) }

    private func row(_ migration: Migration, isComplete: Bool = true) -> AppliedMigration {
        AppliedMigration(
            version: migration.version, name: migration.name, checksum: migration.checksum, isComplete: isComplete)
    }

    private func record(_ migration: Migration, restore: String = "") throws -> MigrationRecord {
        MigrationRecord(
            version: migration.version, checksum: migration.checksum,
            change: MigrationClassification(migration).change, release: try #require(Release.ID(rawValue: "v2")),
            restore: restore)
    }

    /// v1 serves, and stands for a schema with the migrations that it knows.
    private func state(applied: [AppliedMigration], knows: [Migration] = [first]) throws -> DropletState {
        var release = try Fixture.release("v1", digit: "1")
        release.schema = ReleaseSchema(knows)
        var state = Fixture.state(serving: .blue, slots: [.blue: release])
        state.schema = SchemaState(database: "bankflow", applied: applied)
        return state
    }

    private func plan(
        _ migrations: [Migration], on state: DropletState, allowing versions: Set<Int> = []
    ) throws -> Plan {
        var options = PlanOptions()
        options.allowedContracts = versions
        var candidate = Fixture.candidate("v2", digit: "2")
        candidate.migrations = migrations
        return try Planner(environment: environment, state: state, options: options)
            .deploy(candidate, salt: "new")
    }

    @Test func `pending ones are dumped for, and run before the slot and its standby are touched`() throws {
        let plan = try plan([Self.first, Self.second], on: state(applied: [row(Self.first)]))
        #expect(plan.migrations.map(\.version) == [2])
        #expect(plan.schemaChange == .expand)
        #expect(plan.refusals.isEmpty)
        #expect(
            plan.steps.map(\.name).prefix(5) == ["fetch-images", "stage", "checkpoint", "migrate", "prepare-edge"])
        #expect(plan.release.schema?.version == 2)
    }

    @Test func `a command of the release runs in its slot, once that is empty`() throws {
        var planner = self
        planner.environment.migrations = MigrationPolicy(.command(service: "api", arguments: ["migrate"]))
        let plan = try planner.plan([Self.first, Self.second], on: state(applied: [row(Self.first)]))
        let names = plan.steps.map(\.name)
        #expect(Array(names[2...4]) == ["prepare-edge", "migrate", "start"])
    }

    @Test func `a contraction that an earlier run applied ends the rollback too`() throws {
        var state = try state(
            applied: [row(Self.first), row(Self.second), row(Self.drop)], knows: [Self.first, Self.second])
        state.migrationRecords = [try record(Self.drop)]
        let plan = try plan([Self.first, Self.second, Self.drop], on: state)
        #expect(plan.migrations.isEmpty)
        #expect(plan.schemaChange == .contract)
        #expect(plan.findings.contains { $0.message.hasPrefix("rollback ends here") })
        #expect(plan.steps.contains(.cutOver(.green, standby: false)))
        #expect(plan.steps.contains(.clear(.blue)))
    }

    @Test func `without pending ones nothing is dumped or run`() throws {
        let plan = try plan([Self.first], on: state(applied: [row(Self.first)]))
        #expect(plan.schemaChange == .none)
        #expect(!plan.steps.map(\.name).contains("checkpoint") && !plan.steps.map(\.name).contains("migrate"))
    }

    @Test func `a contract migration is refused unless asked for by name, and then rollback ends there`() throws {
        let state = try state(applied: [row(Self.first), row(Self.second)], knows: [Self.first, Self.second])
        let all = [Self.first, Self.second, Self.drop]
        let refused = try plan(all, on: state)
        #expect(refused.refusals.map(\.subject) == ["migrations/3_drop.sql"])
        #expect(refused.refusals.first?.advice.contains("--allow-contract 3") == true)
        #expect(try plan(all, on: state, allowing: [2]).refusals.count == 1)

        let allowed = try plan(all, on: state, allowing: [3])
        #expect(allowed.refusals.isEmpty)
        #expect(allowed.schemaChange == .contract)
        #expect(allowed.findings.contains { $0.message.hasPrefix("rollback ends here") })
        #expect(!allowed.losses.isEmpty)
        // Nobody may fall over to a release that does not fit.
        #expect(allowed.steps.contains(.cutOver(.green, standby: false)))
        #expect(allowed.steps.contains(.clear(.blue)))
    }

    @Test func `on a first deploy nobody needs what is taken away`() throws {
        let plan = try plan([Self.first, Self.drop], on: DropletState(host: Fixture.host()))
        #expect(plan.refusals.isEmpty)
        #expect(plan.schemaChange == .expand)
        #expect(plan.steps.map(\.name).prefix(5).suffix(2) == ["checkpoint", "migrate"])
    }

    @Test func `an index on a big table is refused by the number of its rows`() throws {
        var state = try state(applied: [row(Self.first)])
        state.schema?.rows = ["a": 5_000_000]
        let index = Migration(version: 2, name: "index", sql: "CREATE INDEX i ON a (id)")
        #expect(try plan([Self.first, index], on: state).refusals.first?.message.contains("5000000") == true)
        let allowed = try plan([Self.first, index], on: state, allowing: [2])
        #expect(allowed.refusals.isEmpty && allowed.schemaChange == .expand)
    }

    @Test func `a changed checksum, a half-done migration and a file that cannot run are refused`() throws {
        let other = Migration(version: 1, name: "first", sql: "CREATE TABLE a (id bigint)")
        let changed = try plan([other], on: state(applied: [row(Self.first)]))
        #expect(changed.refusals.map(\.subject) == ["migrations/1_first.sql"])

        let stopped = try plan([Self.first], on: state(applied: [row(Self.first, isComplete: false)]))
        #expect(stopped.refusals.map(\.subject) == ["migrations.1_first"])
        #expect(stopped.refusals.first?.advice.contains("UPDATE \"_sqlx_migrations\"") == true)

        let broken = Migration(version: 2, name: "broken", sql: "\nCOMMIT")
        let plan = try plan([Self.first, broken], on: state(applied: [row(Self.first)]))
        #expect(plan.refusals.map(\.subject) == ["migrations/2_broken.sql:2"])
    }

    @Test func `one that is older than the newest applied one is a warning`() throws {
        var state = try state(applied: [row(Self.first), row(Self.drop)], knows: [Self.first, Self.drop])
        state.migrationRecords = [try record(Self.drop)]
        let plan = try plan([Self.first, Self.second, Self.drop], on: state)
        #expect(plan.refusals.isEmpty)
        #expect(plan.findings.contains { $0.severity == .warning && $0.subject == "migrations/2_second.sql" })
    }

    @Test(arguments: [0, -1])
    func `a version that is not positive is one like any other`(version: Int) throws {
        let early = Migration(version: version, name: "early", sql: "CREATE TABLE e (id int)")
        let first = try plan([early], on: state(applied: [], knows: []))
        #expect(first.migrations.map(\.version) == [version])
        #expect(!first.findings.contains { $0.message.contains("older than") })
        let later = try plan([early, Self.first], on: state(applied: [row(Self.first)]))
        #expect(later.findings.contains { $0.message.contains("older than 1") })
        let session = MigrationSession(running: [early], policy: MigrationPolicy(.sql)).text
        #expect(session.contains("SELECT count(*) > 0 AS has_stopped, min(version) AS stopped"))
    }

    @Test func `a store that does not answer hides what is pending`() throws {
        var state = try state(applied: [])
        state.schema = nil
        #expect(try plan([Self.first], on: state).refusals.isEmpty)
        #expect(try plan([Self.first, Self.second], on: state).refusals.map(\.subject) == ["migrations"])
    }

    // MARK: - The way back

    /// v2 serves after `last`, v1 stands by and knows only the first migration.
    private func rollback(after last: Migration, remembering: Bool = true) throws -> Plan {
        var (old, new) = (try Fixture.release("v1", digit: "1"), try Fixture.release("v2", digit: "2"))
        old.schema = ReleaseSchema([Self.first])
        if remembering { new.schema = ReleaseSchema([Self.first, last]) }
        var state = Fixture.state(serving: .green, slots: [.blue: old, .green: new])
        state.schema = SchemaState(database: "bankflow", applied: [row(Self.first), row(last)])
        if remembering { state.migrationRecords = [try record(last, restore: "/checkpoints/x.restore")] }
        return try Planner(environment: environment, state: state).rollback()
    }

    @Test func `a rollback says beforehand that the older release fits`() throws {
        let plan = try rollback(after: Self.second)
        #expect(plan.refusals.isEmpty)
        #expect(plan.findings.map(\.severity) == [.note])
        #expect(plan.findings.first?.message.contains("2_second") == true)
    }

    @Test func `a rollback behind a contract migration is refused, with the way out`() throws {
        let plan = try rollback(after: Self.drop)
        #expect(plan.refusals.map(\.subject) == ["schema"])
        #expect(plan.refusals.first?.message.contains("release v1 does not fit the schema: 3_drop") == true)
        #expect(plan.refusals.first?.advice.contains("/checkpoints/x.restore") == true)
    }

    @Test func `a rollback behind a migration that nobody remembers is refused`() throws {
        #expect(try rollback(after: Self.second, remembering: false).refusals.map(\.subject) == ["schema"])
    }

    @Test func `an older version that is deployed again has to fit, too`() throws {
        var state = try state(applied: [row(Self.first), row(Self.drop)])
        state.migrationRecords = [try record(Self.drop)]
        #expect(try plan([Self.first], on: state).refusals.map(\.subject) == ["schema"])
    }
}
