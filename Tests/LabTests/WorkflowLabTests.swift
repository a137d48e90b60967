import DeployKit
import FoundationEssentials
import Testing

/// The workflows, from a push in BankFlow's own repository to a droplet that serves it.
@Suite(
    .enabled(if: Lab.isEnabled),
    .enabled("the gates of the example need cargo 1.85 with rustfmt and clippy") { await Lab.hasRust() }, .serialized)
struct WorkflowLabTests {
    /// A change that one gate does not let pass.
    enum RedGate: String, CaseIterable {
        case format
        case lint
        case test
        case dependency
        case secret
        case migration

        /// The gate's name.
        var gate: String {
            switch self {
            case .format: "format"
            case .lint: "lint"
            case .test: "test"
            case .dependency: "dependencies"
            case .secret: "secrets"
            case .migration: "migrations"
            }
        }

        /// Makes the change.
        func spoil(_ repository: PipelineRepository) throws {
            switch self {
            case .format: try repository.edit("site/src/main.rs") { $0 + "\nfn  badly ( ) { }\n" }
            case .lint:
                try repository.edit("site/src/main.rs") {
                    $0 + "\n#[allow(dead_code)]\nfn lint(text: &String) -> bool {\n    text.len() == 0\n}\n"
                }
            case .test:
                try repository.edit("web/tests/red.rs") { _ in
                    "#[test]\nfn adds() {\n    assert_eq!(1 + 1, 3);\n}\n"
                }
            case .dependency: try repository.edit("deny.toml") { $0.replacing("\"openssl\"", with: "\"web\"") }
            case .secret:
                try repository.edit("api/key.txt") { _ in
                    // In two parts, so that this file does not hold what looks like a key.
                    "[default]\naws_access_key_id = AKIA" + "IOSFODNN7EXAMPL2\n"
                }
            case .migration:
                try repository.edit("migrations/20990101000000_drop_notes.sql") { _ in "DROP TABLE transfers;\n" }
            }
        }
    }

    @Test func `a push to staging deploys, one to main promotes once approved, and rollbacks by hand go back`()
        async throws
    {
        try await LabDroplet.with("pipeline-stage") { staging in
            try await LabDroplet.with("pipeline-prod", room: .none) { production in
                let repository = try await PipelineRepository(
                    droplets: ["staging": staging, "production": production])
                let first = try await repository.push(to: "staging")
                try #require(first.isSuccess, "\(first.output.suffix(6000))")
                #expect(try await staging.version() != "")

                // Another commit of the same files, as a merge makes it.
                try await repository.git("checkout", "--quiet", "main")
                try await repository.git("commit", "--quiet", "--allow-empty", "--message", "Merge staging")
                try await repository.approve()
                let second = try await repository.push(to: "main")
                try #require(second.isSuccess, "\(second.output.suffix(6000))")
                #expect(second.output.contains("Nothing is built: it serves staging"), "\(second.output.suffix(6000))")
                let api = "api.conciliaextrato.com"
                let promoted = try await production.version(api)
                #expect(promoted != "")

                try await repository.git("checkout", "--quiet", "staging")
                try repository.edit("README.md") { $0 + "\nA change.\n" }
                try await repository.commit("Change")
                let third = try await repository.push(to: "staging")
                try #require(third.isSuccess, "\(third.output.suffix(6000))")
                let serving = try await staging.status().serving
                let back = try await repository.operate("staging", "rollback", reason: "to see that it works")
                try #require(back.isSuccess, "\(back.output.suffix(6000))")
                #expect(try await staging.status().serving != serving)

                try await repository.git("checkout", "--quiet", "main")
                try await repository.git("merge", "--quiet", "--no-edit", "staging")
                try await repository.approve()
                let fourth = try await repository.push(to: "main")
                try #require(fourth.isSuccess, "\(fourth.output.suffix(6000))")
                let changed = try await production.version(api)
                #expect(changed != promoted && changed != "")
                repository.disapprove()
                let last = try await repository.operate("production", "rollback", reason: "nobody approves this")
                try #require(last.isSuccess, "\(last.output.suffix(6000))")
                #expect(try await production.version(api) == promoted)
            }
        }
    }

    @Test(arguments: Lab.cases(RedGate.allCases, telling: [.migration]))
    func `a red gate stops before the droplet is touched`(_ red: RedGate) async throws {
        try await LabDroplet.with("pipeline-stage") { staging in
            let repository = try await PipelineRepository(droplets: ["staging": staging])
            try await repository.git("checkout", "--quiet", "staging")
            try red.spoil(repository)
            try await repository.commit("Spoil")
            let result = try await repository.push(to: "staging")
            #expect(!result.isSuccess)
            #expect(result.output.contains("✗ \(red.gate) failed after"), "\(result.output.suffix(6000))")
            #expect(try await staging.root("docker ps --all --quiet") == "", "nothing was deployed")
        }
    }

    @Test func `a red gate stops a push to main before the production droplet is touched`() async throws {
        try await LabDroplet.with("pipeline-prod") { production in
            let repository = try await PipelineRepository(droplets: ["production": production])
            try RedGate.secret.spoil(repository)
            try await repository.commit("Spoil")
            try await repository.approve()
            let result = try await repository.push(to: "main")
            #expect(!result.isSuccess)
            #expect(result.output.contains("✗ secrets failed after"), "\(result.output.suffix(6000))")
            #expect(try await production.root("docker ps --all --quiet") == "", "nothing was deployed")
        }
    }
}
