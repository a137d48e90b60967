import DeployKit
import DeployKitTesting
import Testing

@testable import DeployCommands

struct MigrationCommandTests {
    private let before: CommandRun
    private let after: CommandRun

    init() {
        var environment = CommandRun.environment
        environment.migrations = MigrationPolicy(.sql, checkpoint: .beforePending)
        let droplet = FakeDroplet(environment)
        let first = Migration(version: 1, name: "first", sql: "CREATE TABLE a (id int)")
        before = CommandRun(droplet, migrations: [first])
        let drop = Migration(version: 2, name: "drop", sql: "SELECT 1;\nDROP TABLE a")
        after = CommandRun(droplet, migrations: [first, drop])
    }

    @Test func `plan shows each pending migration with its class, its reasons and what follows`() async {
        #expect(await before("plan", "--version", "v1") == 0)
        #expect(before.output.contains("migration 1_first  expand"))
        #expect(before.output.contains("dump the database of postgres"))
        #expect(await before("deploy", "--version", "v1") == 0)

        #expect(await after("plan", "--version", "v2") == DeployError.Code.refused.exitCode)
        for words in ["2_drop", "contract", "line 2: DROP TABLE a", "refusal: migrations/2_drop.sql"] {
            #expect(after.output.contains(words), "\(after.output)")
        }
        #expect(await after("plan", "--version", "v2", "--allow-contract", "2") == 0)
        #expect(after.output.contains("schema: rollback ends here; the database is dumped first"))
    }

    @Test func `a dump can be asked for where the environment does not`() async {
        var environment = CommandRun.environment
        environment.migrations = MigrationPolicy(.sql, checkpoint: .never)
        let migration = Migration(version: 1, name: "first", sql: "CREATE TABLE a (id int)")
        let run = CommandRun(FakeDroplet(environment), migrations: [migration])
        #expect(await run("plan", "--version", "v1") == 0)
        #expect(run.output.contains("no dump is made first"))
        #expect(await run("deploy", "--version", "v1", "--checkpoint") == 0)
        #expect(run.droplet.checkpoints.count == 1)
    }

    @Test func `a dump of no database is refused`() async {
        let run = CommandRun(FakeDroplet(CommandRun.environment))
        #expect(await run("deploy", "--version", "v1", "--checkpoint") == DeployError.Code.refused.exitCode)
        #expect(run.errors.contains("--checkpoint dumps the database of migrations"))
    }

    @Test func `plan tells programs of the migrations`() async {
        #expect(await before("plan", "--version", "v1", "--output", "json") == 0)
        for words in [#""change" : "expand""#, #""checkpoint" : true"#, #""schemaChange" : "expand""#] {
            #expect(before.output.contains(words), "\(before.output)")
        }
    }

    @Test func `a failed migration has an exit code of its own, and the way back to the dump`() async {
        before.droplet.setBehaviour(ofMigration: 1, to: .fails("no luck"))
        #expect(await before("deploy", "--version", "v1") == 12)
        #expect(before.errors.contains("the migration 1_first failed: no luck"))
        #expect(before.errors.contains(".restore"))
    }

    @Test func `a pipeline allows it with a variable, and a word there that is no version is refused`() async {
        #expect(await before("deploy", "--version", "v1") == 0)
        let allowing = ["USER": "ana", "DEPLOYKIT_ALLOW_CONTRACT": "7, 2"]
        #expect(await after("plan", "--version", "v2", variables: allowing) == 0)
        for command in ["plan", "deploy"] {
            let wrong = ["USER": "ana", "DEPLOYKIT_ALLOW_CONTRACT": "2,drop"]
            #expect(await after(command, "--version", "v2", variables: wrong) == 2)
            #expect(after.errors.contains("DEPLOYKIT_ALLOW_CONTRACT names drop"))
            #expect(after.connections == 0)
        }
    }

    @Test func `the flag runs it, and rollback then says why it cannot`() async {
        #expect(await before("deploy", "--version", "v1") == 0)
        #expect(await after("deploy", "--version", "v2", "--allow-contract", "2") == 0)
        #expect(await after("rollback", "--plan") == DeployError.Code.refused.exitCode)
        #expect(after.output.contains("release v1 does not fit the schema"))
        #expect(await after("rollback") == DeployError.Code.refused.exitCode)
        #expect(after.errors.contains("2_drop"))
    }
}
