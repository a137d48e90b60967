import DeployKitTesting
import Foundation
import Testing

@testable import DeployKit

/// The gates that DeployKit runs itself, on real git repositories.
struct GateMigrationTests {
    let folder: TemporaryFolder
    var environment = Environment(application: "bankflow", name: "staging", branch: "staging", routes: [])

    init() throws {
        folder = try TemporaryFolder()
        environment.migrations = MigrationPolicy(.sql)
    }

    private func git(_ arguments: String...) async throws {
        _ = try await LocalShell().output(
            of: Command(
                ["git", "-C", folder.url.path, "-c", "user.name=Ana", "-c", "user.email=ana@example.com"] + arguments))
    }

    /// Commits the files that are there.
    private func commit() async throws {
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message", "a change")
    }

    private func result(allowing versions: Set<Int> = [], base: String? = nil) async throws -> GateResult {
        var options = GateOptions(jobs: 1)
        options.allowedContracts = versions
        options.base = base
        let run = GateRun(
            environment, of: ComposeSource(projectDirectory: folder.url.path), shell: LocalShell(), variables: [:],
            options: options)
        let results = try await run.run([Gate("migrations", title: "Migrations", runs: .migrations)])
        return try #require(results.first)
    }

    @Test func `a contract migration fails with its line, unless it is allowed by name`() async throws {
        try folder.write("CREATE TABLE a (id int, b int);\n", to: "migrations/1_a.sql")
        try await git("init", "--quiet")
        try await commit()
        try folder.write("SELECT 1;\nALTER TABLE a DROP COLUMN b;\n", to: "migrations/2_b.sql")
        try await commit()
        let found = try await result()
        #expect(found.outcome == .failed)
        #expect(found.failures.map(\.place) == ["migrations/2_b.sql:2"])
        #expect(found.failures.first?.message.contains("--allow-contract 2") == true)
        #expect(try await result(allowing: [2]).outcome == .passed)
    }

    @Test func `what did not change since the base is not judged again, and what is not committed yet is`() async throws
    {
        try folder.write("CREATE TABLE a (id int, b int);\n", to: "migrations/1_a.sql")
        try await git("init", "--quiet")
        try await commit()
        try folder.write("ALTER TABLE a DROP COLUMN b;\n", to: "migrations/2_b.sql")
        try await commit()
        try folder.write("-- nothing to do with the schema\n", to: "README.md")
        try await commit()
        #expect(try await result().outcome == .passed)
        #expect(try await result(base: "HEAD~2").outcome == .failed)
        try folder.write("DROP TABLE a;\n", to: "migrations/3_c.sql")
        #expect(try await result().failures.map(\.place) == ["migrations/3_c.sql:1"])
        #expect(try await result(base: "nowhere").outcome == .failed)
    }

    @Test func `in a first commit all migrations are new, in a clone that was cut off nothing is known`() async throws {
        try folder.write("CREATE TABLE a (id int);\nDROP TABLE a;\nDROP TABLE b;\n", to: "migrations/1_a.sql")
        try await git("init", "--quiet")
        try await commit()
        #expect(try await result().failures.map(\.place) == ["migrations/1_a.sql:3"])
        try folder.write(folder.url.path, to: "more")
        try await commit()
        try await git("clone", "--quiet", "--depth", "1", "file://\(folder.url.path)", "\(folder.url.path)/clone")
        let run = GateRun(
            environment, of: ComposeSource(projectDirectory: "\(folder.url.path)/clone"), shell: LocalShell(),
            variables: [:])
        let found = try await run.run([Gate("migrations", title: "Migrations", runs: .migrations)])
        #expect(found.first?.outcome == .failed)
        #expect(found.first?.reason.contains("fetch-depth: 0") == true)
    }
}
