import Testing

@testable import DeployKit

struct MigrationOutputTests {
    private let policy = MigrationPolicy(.sql)
    private let migrations = [
        Migration(version: 1, name: "first", sql: "CREATE TABLE a (id int);\n"),
        Migration(version: 2, name: "it's_second", sql: "SELECT 1;\n\nALTER TABLE b\n  ADD c int;"),
        Migration(version: 3, name: "third", sql: "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (id);"),
    ]

    private var session: MigrationSession { MigrationSession(running: migrations, policy: policy) }

    /// What `psql` printed for an error on the line that holds some text.
    private func output(at text: String, _ lines: String...) throws -> MigrationOutput {
        let all = session.text.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(all.firstIndex { $0.contains(text) }) + 1
        let error = ["psql:/tmp/tmp.a1B2:\(line): ERROR:  \(lines[0])"] + lines.dropFirst()
        return MigrationOutput((["deploykit: begins 1", "deploykit: applied 1"] + error).joined(separator: "\n"))
    }

    private func error(_ output: MigrationOutput) throws -> DeployError {
        let release = try #require(Release.ID(rawValue: "v2"))
        return DeployError(migrating: output, session: session, policy: policy, release: release)
    }

    @Test func `runs each in one transaction with its row, which quotes what it has to`() {
        let text = session.text
        #expect(text.contains("BEGIN;\nCREATE TABLE a (id int);"))
        #expect(text.contains("VALUES (2, 'it''s second', true, '\\x\(migrations[1].checksum)'"))
        #expect(text.contains("VALUES (3, 'third', false,"))
        #expect(text.contains("SET success = true"))
    }

    @Test func `a command of the application that says nothing and applies nothing is an error`() throws {
        var environment = Fixture.environment
        environment.migrations = MigrationPolicy(.command(service: "api", arguments: ["migrate"]))
        let runner = CommandMigrationRunner(
            policy: policy, environment: environment, directory: "/d", service: "api", arguments: ["migrate"])
        let release = try #require(Release.ID(rawValue: "v2"))
        let run = MigrationRun(migrations, of: release, in: .blue)
        let error = #expect(throws: DeployError.self) {
            try runner.outcome(of: run, output: MigrationOutput(""), isSuccess: true)
        }
        #expect(error?.message.contains("api migrate ended well, and _sqlx_migrations lacks 1, 2, 3") == true)
        let nothing = MigrationOutput("deploykit: nothing pending\n")
        #expect(try runner.outcome(of: run, output: nothing, isSuccess: true) == [])
    }

    @Test func `lines are counted as psql counts them, also in a file from Windows`() throws {
        let lines = (1...20).map { "SELECT \($0);" }
        let first = Migration(version: 1, name: "first", sql: lines.joined(separator: "\r\n"))
        let second = Migration(version: 2, name: "second", sql: "SELECT 'two';\r\n")
        let session = MigrationSession(running: [first, second], policy: policy)
        let told = session.text.utf8.split(separator: 10, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        let line = try #require(told.firstIndex { $0.hasPrefix("SELECT 18;") }) + 1
        let place = try #require(session.place(ofLine: line))
        #expect(place.migration.version == 1)
        #expect(place.statement?.line == 18)
        let other = try #require(told.firstIndex { $0.hasPrefix("SELECT 'two'") }) + 1
        #expect(session.place(ofLine: other)?.migration.version == 2)
    }

    @Test func `names the file, the statement and PostgreSQL's words`() throws {
        let error = try error(
            output(
                at: "ADD c int", "42P01: relation \"b\" does not exist", "HINT:  Make it.",
                "LOCATION:  parserOpenTable, parse_relation.c:1449",
                "psql:/tmp/tmp.a1B2:99: STATEMENT:  ALTER TABLE b ADD c int;"))
        #expect(error.code == .migration)
        #expect(error.message == "the migration 2_it's_second failed: relation \"b\" does not exist")
        #expect(
            error.evidence == [
                "file: migrations/2_it's_second.sql", "statement, line 3: ALTER TABLE b ADD c int",
                "PostgreSQL: relation \"b\" does not exist (42P01)", "  HINT:  Make it.",
                "applied before it, and still there: 1",
            ])
        #expect(error.next == "Mend migrations/2_it's_second.sql and deploy again; status shows what serves.")
    }

    @Test func `its facts are the place and the code alone, whatever else was said`() throws {
        let known = try error(
            output(at: "ADD c int", "22P02: invalid input syntax for type integer: \"ana@example.com\""))
        #expect(known.facts == ["file migrations/2_it's_second.sql", "line 3", "SQLSTATE 22P02"])
        let said = try error(MigrationOutput("ERROR:  ana@x: is no code"))
        #expect(said.facts == [])
        #expect(try error(MigrationOutput("deploykit: changed 2")).facts == ["2 was changed after it was applied"])
    }

    @Test func `says which limit ended it`() throws {
        let lock = try error(output(at: "ADD c int", "55P03: canceling statement due to lock timeout"))
        #expect(lock.message.contains("waited for a lock longer than 5 s"))
        let long = try error(output(at: "ADD c int", "57014: canceling statement due to statement timeout"))
        #expect(long.message.contains("took longer than 5 min"))
    }

    @Test func `says what stays of a migration without a transaction`() throws {
        let error = try error(output(at: "CONCURRENTLY", "23505: could not create unique index"))
        #expect(error.evidence.contains { $0.contains("without a transaction") })
    }

    @Test func `says what stopped half way, and what was changed`() throws {
        let stopped = try error(MigrationOutput("deploykit: stopped 3"))
        #expect(stopped.message.contains("3 was stopped half way before"))
        #expect(stopped.next.contains("DELETE FROM \"_sqlx_migrations\" WHERE version = 3"))
        let changed = try error(MigrationOutput("deploykit: changed 2"))
        #expect(changed.message.contains("2 was changed after it was applied"))
    }
}
