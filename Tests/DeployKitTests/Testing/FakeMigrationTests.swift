import DeployKit
import DeployKitTesting
import Testing

/// Two sessions that migrate one database of a fake droplet at once.
struct FakeMigrationTests {
    private let droplet: FakeDroplet
    private let migration = Migration(version: 1, name: "first", sql: "CREATE TABLE a (id int)")

    init() {
        var environment = FakeFixture.environment()
        environment.migrations = MigrationPolicy(.sql, deadline: .seconds(60))
        droplet = FakeDroplet(environment)
    }

    /// What each of two says when they migrate at once, in order.
    private func migrateTwice() async throws -> [String] {
        try await droplet.deployAll("v1")
        let state = try await droplet.observe()
        let release = try #require(state.servingRelease)
        let run = MigrationRun([migration], of: release.id, in: try #require(state.servingSlot))
        return try await droplet.withLease(as: FakeFixture.owner, waiting: .zero) { leased in
            await withTaskGroup(of: String.self) { group in
                for _ in 1...2 {
                    group.addTask {
                        do { return "\(try await leased.migrate(run) { _ in })" } catch { return "\(error)" }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }.sorted()
            }
        }
    }

    @Test func `one migrates, and the other finds that all is done`() async throws {
        droplet.setBehaviour(ofMigration: 1, to: .succeeds(after: .seconds(59)))
        #expect(try await migrateTwice() == ["[1]", "[]"])
    }

    @Test func `the other may give up, and it runs once all the same`() async throws {
        droplet.setBehaviour(ofMigration: 1, to: .succeeds(after: .seconds(61)))
        let answers = try await migrateTwice()
        let given = "another session migrates this database"
        #expect(answers.contains("[1]"))
        #expect(answers.contains { $0 == "[]" || $0.contains(given) })
        #expect(droplet.runs(ofMigration: 1) == 1)
    }
}
