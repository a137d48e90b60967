import DeployKit
import DeployKitTesting
import FoundationEssentials
import Testing

/// Migrations that DeployKit itself sends to a real PostgreSQL, and dumps of it.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct MigrationShellLabTests {
    private static let first = Migration(
        version: 1, name: "first", sql: "CREATE TABLE entries AS SELECT n AS id FROM generate_series(1, 1000) AS n;\n")

    private static func with(
        _ policy: MigrationPolicy = MigrationPolicy(.sql, lockTimeout: .seconds(1)),
        _ body: @escaping @Sendable (SmallDatabase, any LeasedDroplet) async throws -> Void
    ) async throws {
        try await LabDroplet.withSmallApplication("migrate") { application in
            let application = application.withDatabase(policy)
            try await application.droplet.leased { leased in
                try await leased.startStores(application.stores())
                let release = try await application.release("v1")
                try await body(SmallDatabase(application: application, release: release.id), leased)
            }
        }
    }

    @Test func `a lock that another one holds ends it after lock_timeout, and it runs when that is gone`() async throws
    {
        try await Self.with { database, leased in
            _ = try await leased.migrate(database.run(Self.first)) { _ in }
            let wanted = database.run(Migration(version: 2, name: "more", sql: "ALTER TABLE entries ADD note text;\n"))
            try await database.holding("LOCK TABLE entries") {
                let error = await #expect(throws: DeployError.self) { try await leased.migrate(wanted) { _ in } }
                #expect(error?.message == "the migration 2_more failed: it waited for a lock longer than 1 s")
                #expect(error?.evidence.contains { $0.contains("ALTER TABLE entries ADD note text") } == true)
            }
            #expect(try await leased.migrate(wanted) { _ in } == [2])
        }
    }

    @Test func `two at once wait for each other, also around an index that is made concurrently`() async throws {
        try await Self.with { database, leased in
            _ = try await leased.migrate(database.run(Self.first)) { _ in }
            let index = Migration(
                version: 2, name: "index",
                sql: "-- no-transaction\nSELECT pg_sleep(2);\nCREATE INDEX CONCURRENTLY i ON entries (id);\n")
            async let one = leased.migrate(database.run(index)) { _ in }
            async let other = leased.migrate(database.run(index)) { _ in }
            #expect(try await one + other == [2])
            #expect(try await database.query("SELECT count(*) FROM pg_indexes WHERE indexname = 'i'") == "1")
        }
    }

    @Test func `one without a transaction that stops half way is known as such`() async throws {
        try await Self.with { database, leased in
            let half = Migration(
                version: 1, name: "half", sql: "-- no-transaction\nCREATE TABLE kept (id int);\nSELECT nobody();\n")
            let error = await #expect(throws: DeployError.self) {
                try await leased.migrate(database.run(half)) { _ in }
            }
            let evidence = error?.evidence ?? []
            #expect(evidence.contains("statement, line 3: SELECT nobody()"))
            let schema = try await leased.observe().schema
            #expect(schema?.applied.map(\.isComplete) == [false])
            let again = await #expect(throws: DeployError.self) {
                try await leased.migrate(database.run(half)) { _ in }
            }
            #expect(again?.message.contains("1 was stopped half way before") == true)
        }
    }

    @Test func `what sqlx locks keeps it out, and its own settings hold for each migration alone`() async throws {
        try await Self.with(MigrationPolicy(.sql, deadline: .seconds(2))) { database, leased in
            // 0x3d32ad9e times the CRC-32 of the database's name, as sqlx has it.
            try await database.holding("SELECT pg_advisory_lock(\(SmallDatabase.sqlxLock))") {
                let error = await #expect(throws: DeployError.self) {
                    try await leased.migrate(database.run(Self.first)) { _ in }
                }
                #expect(error?.message.contains("another session migrates this database") == true)
            }
            let hiding = Migration(
                version: 2, name: "hiding", sql: "SELECT set_config('search_path', '', false);\nSET lock_timeout = 1")
            let after = Migration(
                version: 3, name: "after", sql: "CREATE TABLE later AS SELECT current_setting('lock_timeout') AS t")
            #expect(try await leased.migrate(database.run(Self.first, hiding, after)) { _ in } == [1, 2, 3])
            #expect(try await database.query("SELECT t FROM later") == "5s")
        }
    }

    @Test func `a session whose runner is gone ends its migration, and the next one finds it done`() async throws {
        try await Self.with(MigrationPolicy(.sql, deadline: .seconds(20))) { database, leased in
            let slow = database.run(
                Migration(version: 1, name: "slow", sql: "CREATE TABLE slow AS SELECT 1 AS one FROM pg_sleep(4);\n"))
            let running = Task { try await leased.migrate(slow) { _ in } }
            while try await database.query(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%TABLE slow%'"
                    + " AND pid <> pg_backend_pid()") == "0"
            {}
            running.cancel()
            _ = try? await running.value
            #expect(try await leased.migrate(slow) { _ in } == [])
            #expect(try await database.query("SELECT count(*) FROM slow") == "1")
        }
    }

    @Test func `a checkpoint restores what was there, beside it or in its place`() async throws {
        try await Self.with(MigrationPolicy(.sql, checkpoint: .beforePending, keptCheckpoints: 2)) { database, leased in
            _ = try await leased.migrate(database.run(Self.first)) { _ in }
            let digest = "SELECT md5(string_agg(id::text, ',' ORDER BY id)) FROM entries"
            let before = try await database.query(digest)
            let checkpoint = try await leased.checkpoint(before: database.release)
            let mode = try await database.application.shell.output(of: Command(["stat", "-c", "%a", checkpoint.path]))
            #expect(mode == "600\n")
            let drop = Migration(version: 2, name: "drop", sql: "DELETE FROM entries WHERE id > 10;\n")
            _ = try await leased.migrate(database.run(drop, after: checkpoint)) { _ in }
            let after = try await database.query(digest)
            #expect(after != before)

            try await database.application.shell.output(of: Command([checkpoint.restore, "scratch"]))
            #expect(try await database.query(digest, in: "scratch") == before)
            #expect(try await database.query(digest) == after)

            let words = try await database.application.shell.output(of: Command([checkpoint.restore]))
            #expect(try await database.query(digest) == before)
            let schema = try await leased.observe().schema
            #expect(schema?.applied.map(\.version) == [1])
            let former = words.split(whereSeparator: \.isWhitespace).suffix(2).joined(separator: " ")
            #expect(try await database.query(digest, in: former) == after, "\(words)")

            for _ in 0..<3 { _ = try await leased.checkpoint(before: database.release) }
            let folder = checkpoint.path[..<(checkpoint.path.lastIndex(of: "/") ?? checkpoint.path.endIndex)]
            let kept = try await database.application.shell.output(of: Command(["ls", "-A", String(folder)]))
            #expect(kept.split(separator: "\n").count == 4, "\(kept)")
        }
    }
}

/// The database of ``SmallApplication``, with what tests ask of it.
private struct SmallDatabase: Sendable {
    let application: SmallApplication
    let release: Release.ID

    /// CRC-32 of “it's small”, times the number that sqlx multiplies it by.
    static let sqlxLock = 1_026_731_422 * 4_191_120_596

    func run(_ migrations: Migration..., after checkpoint: Checkpoint? = nil) -> MigrationRun {
        MigrationRun(migrations, of: release, in: .blue, after: checkpoint)
    }

    private func psql(_ sql: String, in database: String) -> Command {
        Command([
            "docker", "exec", "small-staging-postgres-1", "psql", "-XqAt", "-U", "small", "-d", database, "-c", sql,
        ])
    }

    func query(_ sql: String, in database: String = "it's small") async throws -> String {
        try await application.shell.output(of: psql(sql, in: database)).trimmed
    }

    /// Does something while another session holds what a statement takes.
    func holding(_ statement: String, _ body: () async throws -> Void) async throws {
        let pause = "pg_sleep(100)"
        async let holder = application.shell.run(psql("BEGIN; \(statement); SELECT \(pause)", in: "it's small"))
        let sessions = "FROM pg_stat_activity WHERE query LIKE '%\(pause)%' AND pid <> pg_backend_pid()"
        let granted =
            "AND pid IN (SELECT pid FROM pg_locks WHERE granted AND (mode = 'AccessExclusiveLock' OR locktype = 'advisory'))"
        while try await query("SELECT count(*) \(sessions) \(granted)") == "0" {}
        try await body()
        _ = try await query("SELECT pg_terminate_backend(pid) \(sessions)")
        _ = try await holder
    }
}
