import DeployKitTesting
import FoundationEssentials
import Testing

@testable import DeployKit

struct MigrationDirectoryTests {
    private func read(_ files: [String: String]) -> MigrationDirectory {
        MigrationDirectory(files.map { ($0.key, Array($0.value.utf8)) }, name: "migrations")
    }

    @Test func `reads the layout of sqlx by version, and never runs what undoes`() {
        let directory = read([
            "20_two_words.up.sql": "SELECT 2", "20_two_words.down.sql": "DROP TABLE t", "3_first.sql": "SELECT 3",
        ])
        #expect(directory.findings.isEmpty)
        #expect(directory.migrations.map(\.version) == [3, 20])
        #expect(directory.migrations.map(\.label) == ["3_first", "20_two_words"])
        #expect(directory.migrations.map(\.description) == ["first", "two words"])
    }

    @Test func `has the checksum that sqlx has`() {
        // SHA-384 of “abc”, from FIPS 180-4's examples.
        #expect(
            Migration(version: 1, name: "a", sql: "abc").checksum
                == "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                + "8086072ba1e7cc2358baeca134c825a7")
    }

    @Test(arguments: [
        ["x1_a.sql": "SELECT 1"], ["_a.sql": "SELECT 1"], ["9223372036854775808_a.sql": "SELECT 1"],
        ["1_a.sql": "SELECT 1", "01_b.sql": "SELECT 1"],
    ]) func `refuses a version that is no number and one that is there twice, with the file`(
        files: [String: String]
    ) throws {
        let finding = try #require(read(files).findings.first)
        #expect(finding.severity == .refusal && !finding.advice.isEmpty)
        #expect(files.keys.contains { finding.subject == "migrations/\($0)" })
    }

    @Test(arguments: ["init.sql", "20260301.sql", "1_a.sql.old", "1_a.SQL"])
    func `skips a name that sqlx skips, and says so`(file: String) throws {
        let directory = read([file: "SELECT 1", "1_first.sql": "SELECT 1"])
        #expect(directory.migrations.map(\.label) == ["1_first"])
        let finding = try #require(directory.findings.first)
        #expect(directory.findings.count == 1 && finding.severity == .warning)
        #expect(finding.subject == "migrations/\(file)" && finding.message.contains("never runs"))
    }

    @Test func `says of a way back without a way there that there is none`() {
        let directory = read(["1_a.down.sql": "DROP TABLE a"])
        #expect(directory.migrations.isEmpty)
        #expect(directory.findings.map(\.severity) == [.warning])
    }

    @Test(arguments: [
        ("0_zero.sql", 0, "zero"), ("-1_before.sql", -1, "before"), ("+2_b.sql", 2, "b"), ("3_.sql", 3, ""),
        ("4_.up.sql", 4, ""), ("5_up.sql", 5, "up"), ("6_a.b.sql", 6, "a.b"),
        ("9223372036854775807_last.sql", Int.max, "last"),
    ])
    func `takes every version and name that sqlx takes`(file: String, version: Int, name: String) {
        let directory = read([file: "SELECT 1"])
        #expect(directory.findings.isEmpty)
        #expect(directory.migrations.map(\.version) == [version])
        #expect(directory.migrations.map(\.name) == [name])
    }

    @Test func `reads files alone, and leaves alone what has nothing to do with SQL`() throws {
        let folder = try TemporaryFolder()
        for file in ["1_a.sql", "README.md", ".sqlfluff", "2_b.sql/old.sql"] {
            try folder.write("SELECT 1", to: file)
        }
        let directory = MigrationDirectory(reading: folder.url.path, name: "migrations")
        #expect(directory.findings.isEmpty)
        #expect(directory.migrations.map(\.label) == ["1_a"])
    }

    @Test func `refuses what is no text, and a folder that is not there`() {
        #expect(MigrationDirectory([("1_a.sql", [0xFF, 0xFE])], name: "m").findings.map(\.severity) == [.refusal])
        let missing = MigrationDirectory(reading: "/nowhere/at/all", name: "migrations")
        #expect(missing.findings.map(\.subject) == ["migrations"])
    }

    @Test func `tells by the first line whether a transaction is wanted`() {
        #expect(Migration(version: 1, name: "a", sql: "SELECT 1").isTransactional)
        #expect(!Migration(version: 1, name: "a", sql: "-- no-transaction\nVACUUM").isTransactional)
    }

    @Test func `takes over what squawk finds, and does without it`() async throws {
        let shell = ScriptedShell()
        let migration = Migration(version: 1, name: "a", sql: "SELECT 1;\nALTER TABLE t\n  DROP COLUMN a;")
        let report =
            #"[{"file":"/m/1_a.sql","line":2,"column":0,"level":"Warning","message":"It may break.","#
            + #""help":null,"rule_name":"ban-drop-column","column_end":1,"line_end":2}]"#
        shell.expect(
            "squawk", where: { $0.arguments.first == "squawk" && $0.arguments.last == "/m/1_a.sql" },
            answer: { _ in CommandResult(status: 1, output: report) })
        let linted = await Squawk(shell: shell).lint([migration], in: "/m")
        #expect(
            linted.first?.lint == [
                MigrationReason(
                    .contract, line: 2, statement: "ALTER TABLE t DROP COLUMN a",
                    "squawk, ban-drop-column: It may break.")
            ])
        let missing = await Squawk(shell: LocalShell()).lint([migration], in: "/nowhere")
        #expect(missing.first?.version == 1)
    }
}
