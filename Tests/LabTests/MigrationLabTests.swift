import DeployKit
import FoundationEssentials
import Testing

/// Migrations on a real PostgreSQL: what is refused, what fails, what runs once.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct MigrationLabTests {
    @Test func `BankFlow's own command adds to the schema, and its failure moves no traffic`() async throws {
        try await MigratingBankFlow.with { bankflow in
            let first = try await bankflow.deploy("m1")
            try #require(first.isSuccess, "\(first.errorOutput)")
            #expect(try await bankflow.query("SELECT version FROM _sqlx_migrations") == "20260105090000")

            try bankflow.write("20260201000000_note.sql", "ALTER TABLE executions ADD COLUMN note text;\n")
            let (report, check) = try await Load.on(bankflow.droplet, rate: 100) {
                let second = try await bankflow.deploy("m2")
                #expect(second.isSuccess, "\(second.errorOutput)\(second.output)")
                #expect(second.output.contains("applied 20260201000000"), "\(second.output)")

                try bankflow.write(
                    "20260301000000_broken.sql", "ALTER TABLE executions ADD COLUMN more text;\n\nSELECT nobody();\n")
                let third = try await bankflow.deploy("m3")
                #expect(third.status == 12, "\(third.output)\(third.errorOutput)")
                for words in [
                    "20260301000000_broken.sql", "function nobody() does not exist (42883)", "line 3: SELECT nobody();",
                    "release m2 serves",
                ] { #expect(third.errorOutput.contains(words), "\(third.errorOutput)") }
                #expect(try await bankflow.droplet.version() == "m2")
            }
            #expect(report.lost == 0 && check.duplicates == 0)
            #expect(try await bankflow.query("SELECT count(*) FROM _sqlx_migrations") == "2")
            #expect(try await bankflow.droplet.containers(in: .blue).isEmpty)
            let back = try await bankflow.run(["rollback"])
            #expect(back.isSuccess, "\(back.errorOutput)")
            #expect(back.output.contains("does not know 20260201000000_note; they only added"), "\(back.output)")
        }
    }

    @Test(.thorough) func `a failed migration that prints a secret leaves it nowhere on the droplet`() async throws {
        try await MigratingBankFlow.with { bankflow in
            let sentinel = "sentinelEpsilon-of-a-migration"
            try bankflow.write("20260201000000_leak.sql", "DO $$BEGIN RAISE 'my token: \(sentinel)'; END$$;\n")
            try await bankflow.build("s1")
            let failed = try await bankflow.run(
                bankflow.arguments("deploy", "s1", []), variables: ["SENTINEL_TOKEN": sentinel])
            #expect(failed.status == 12, "\(failed.errorOutput)")
            #expect(failed.errorOutput.contains("my token: <redacted>"), "\(failed.errorOutput)")
            #expect(!(failed.output + failed.errorOutput).contains(sentinel))
            let kept = try await bankflow.droplet.root("cat /var/lib/deploykit/bankflow-staging/migrations/*.log")
            #expect(kept.contains("my token: <redacted>"), "\(kept)")
            let found = try await bankflow.droplet.root("grep -rl \(sentinel) /var/lib/deploykit || :")
            #expect(found.isEmpty, "\(found)")
        }
    }

    @Test func `a contract migration is refused; with the flag it runs, and rollback is refused`() async throws {
        try await MigratingBankFlow.with { bankflow in
            try bankflow.write("20260201000000_note.sql", "ALTER TABLE executions ADD COLUMN note text;\n")
            try #require(try await bankflow.deploy("c1").isSuccess)
            try bankflow.write("20260301000000_drop.up.sql", "ALTER TABLE executions DROP COLUMN note;\n")
            try bankflow.write("20260301000000_drop.down.sql", "ALTER TABLE executions ADD COLUMN note text;\n")

            let refused = try await bankflow.deploy("c2")
            #expect(refused.status == 2, "\(refused.errorOutput)")
            #expect(refused.errorOutput.contains("--allow-contract 20260301000000"), "\(refused.errorOutput)")
            #expect(try await bankflow.query("SELECT count(*) FROM _sqlx_migrations") == "2")

            let plan = try await bankflow.plan("c2", "--allow-contract", "20260301000000")
            #expect(plan.isSuccess)
            for words in ["20260301000000_drop  contract", "rollback ends here", "takes a column away"] {
                #expect(plan.output.contains(words), "\(plan.output)")
            }
            let allowed = try await bankflow.deploy("c2", "--allow-contract", "20260301000000")
            #expect(allowed.isSuccess, "\(allowed.errorOutput)")
            #expect(try await bankflow.query("SELECT count(*) FROM _sqlx_migrations") == "3")

            let back = try await bankflow.run(["rollback"])
            #expect(back.status == 2)
            for words in ["release c1 does not fit the schema", "20260301000000_drop", "Deploy a fix forward"] {
                #expect(back.errorOutput.contains(words), "\(back.errorOutput)")
            }
            #expect(try await bankflow.droplet.version() == "c2")
        }
    }

    @Test(.thorough) func `one that waits for a lock gives up, and the traffic has not moved`() async throws {
        try await MigratingBankFlow.with { bankflow in
            try bankflow.write("20260201000000_notes.sql", "CREATE TABLE notes (id bigint);\n")
            try #require(try await bankflow.deploy("l1").isSuccess)
            try bankflow.write("20260301000000_more.sql", "ALTER TABLE notes ADD COLUMN text text;\n")
            try await bankflow.build("l2")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // It ends when the test ends its session.
                    _ = try await bankflow.ask("BEGIN; LOCK TABLE notes; SELECT pg_sleep(120)")
                }
                let held = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
                while try await bankflow.query(held) == "0" {}
                let result = try await bankflow.run(bankflow.arguments("deploy", "l2", []))
                #expect(result.status == 12, "\(result.errorOutput)")
                for words in ["canceling statement due to lock timeout", "release l1 serves"] {
                    #expect(result.errorOutput.contains(words), "\(result.errorOutput)")
                }
                #expect(try await bankflow.droplet.version() == "l1")
                _ = try await bankflow.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(120)'")
                try await group.waitForAll()
            }
            let again = try await bankflow.run(bankflow.arguments("deploy", "l2", []))
            #expect(again.isSuccess, "\(again.errorOutput)")
        }
    }

    @Test func `two rollouts at once run a migration once`() async throws {
        try await MigratingBankFlow.with { bankflow in
            try #require(try await bankflow.deploy("t1").isSuccess)
            let sql = "CREATE TABLE once AS SELECT 1 AS one FROM pg_sleep(2);\n"
            try bankflow.write("20260201000000_once.sql", sql)
            try await bankflow.build("t2")
            async let one = bankflow.run(bankflow.arguments("deploy", "t2", ["--wait", "60"]))
            async let other = bankflow.run(bankflow.arguments("deploy", "t2", ["--wait", "60"]))
            let results = [try await one, try await other]
            for result in results { #expect(result.isSuccess, "\(result.errorOutput)") }
            #expect(results.filter { $0.output.contains("applied 20260201000000") }.count == 1)
            #expect(try await bankflow.query("SELECT count(*) FROM once") == "1")
        }
    }
}
