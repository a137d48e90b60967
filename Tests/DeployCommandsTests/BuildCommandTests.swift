import DeployKit
import DeployKitTesting
import Testing

@testable import DeployCommands

/// `build`, and what `plan` and `deploy` make of what it hands on; git and Docker are scripted, the files are real.
struct BuildCommandTests {
    private let fixture: HandoverFixture
    private let staging = CommandRun()
    private let production = CommandRun(FakeDroplet(Self.productionEnvironment))

    private static let productionEnvironment: Environment = {
        var environment = CommandRun.environment
        environment.name = "production"
        environment.promotesFrom = "staging"
        environment.audit = AuditPolicy(requiresSignature: true)
        return environment
    }()

    init() throws { fixture = try HandoverFixture() }

    /// Builds in staging, deploys there what was built, and has staging vouch for it, in `verified`.
    private func verifyInStaging(_ version: String = "v1") async throws {
        fixture.checkOut("a", in: staging.runner)
        fixture.answerAsDocker(in: staging.runner)
        #expect(await build(staging, "--version", version, "--manifest", fixture.path("built")) == 0)
        let code = await staging(
            ["deploy", "--release", fixture.path("built"), "--verified", fixture.path("verified")],
            variables: fixture.variables)
        #expect(code == 0, "\(staging.errors)")
    }

    private func build(_ run: CommandRun, _ arguments: String...) async -> Int32 {
        await run(["build"] + arguments, variables: fixture.variables)
    }

    private func dockerCommands(_ run: CommandRun, _ word: String) -> Int {
        run.runner.commands.filter { $0.arguments.contains("docker") && $0.arguments.contains(word) }.count
    }

    @Test func `a build hands a signed manifest on, and says what it built`() async throws {
        fixture.checkOut("a", in: staging.runner)
        fixture.answerAsDocker(in: staging.runner)
        let code = await build(
            staging, "--version", "v1", "--manifest", fixture.path("built"), "--save", "images.tar")
        #expect(code == 0, "\(staging.errors)")
        let manifest = try fixture.manifest("built")
        #expect(manifest.version == "v1")
        #expect(manifest.tree == String(repeating: "a", count: 40))
        #expect(manifest.actor == "ana")
        #expect(manifest.images.mapValues(\.identity)["api"] == HandoverFixture.identities[0])
        #expect(staging.output.contains("Release v1 of bankflow, from commit cccccccccccc"))
        let save = staging.runner.commands.first { $0.arguments.contains("save") }
        #expect(save?.arguments.suffix(4) == ["--output", "images.tar", "api:latest", "site:latest"])
    }

    /// What trivy says of an image.
    private static let report = #"""
        {"Results":[{"Vulnerabilities":[{"VulnerabilityID":"CVE-1","PkgName":"openssl","InstalledVersion":"1",
        "FixedVersion":"2","Severity":"HIGH"}]}]}
        """#

    /// A machine in whose environment images are looked at, where a scanner answers so, or is missing.
    private func scanning(_ report: String?) -> CommandRun {
        var environment = CommandRun.environment
        environment.gates = GatePolicy([
            Gate("images", title: "Images", kind: .security, runs: .images, isOptional: true)
        ])
        let run = CommandRun(FakeDroplet(environment))
        run.runner.expect(
            "a scanner", repeats: true, where: { !["trivy", "grype"].filter($0.arguments.contains).isEmpty }
        ) { _ in
            report.map { CommandResult(output: $0) } ?? CommandResult(status: 127)
        }
        fixture.checkOut("a", in: run.runner)
        fixture.answerAsDocker(in: run.runner)
        return run
    }

    @Test func `images that a scanner finds something in are neither pushed nor saved`() async throws {
        let run = scanning(Self.report)
        let code = await build(
            run, "--version", "v1", "--push", "--save", "images.tar", "--manifest", fixture.path("built"))
        #expect(code == DeployError.Code.gate.exitCode)
        #expect(run.errors.contains("CVE-1: api: openssl 1, high, mended in 2"), "\(run.errors)")
        #expect(dockerCommands(run, "build") == 1)
        #expect(!run.runner.commands.contains { !["push", "save"].filter($0.arguments.contains).isEmpty })
        #expect(throws: DeployError.self) { try SignedEnvelope.read(fixture.path("built")) }
    }

    @Test func `images are built where the scanner finds nothing, or there is none, and it says which`() async {
        for (report, words) in [("{}", "images passed"), (nil, "trivy or grype, is not installed")]
            as [(String?, String)]
        {
            let run = scanning(report)
            #expect(await build(run, "--version", "v1", "--save", "images.tar") == 0, "\(run.errors)")
            #expect(run.errors.contains(words), "\(run.errors)")
            #expect(dockerCommands(run, "save") == 1)
        }
    }

    @Test func `in GitHub a build has a page, and a group around what Docker prints`() async throws {
        let workflow = try WorkflowFolder()
        fixture.checkOut("a", in: staging.runner)
        fixture.answerAsDocker(in: staging.runner)
        let variables = workflow.variables(fixture.variables)
        let arguments = ["build", "--version", "v1", "--promote", "nowhere", "--manifest", fixture.path("built")]
        #expect(await staging(arguments, variables: variables) == 0, "\(staging.errors)")
        let lines = staging.output.split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex(of: "::group::Build of release v1"))
        let end = try #require(lines.firstIndex(of: "::endgroup::"))
        #expect(start < end && lines[start..<end].contains("    /repo"), "\(lines)")
        let page = workflow.text("summary.md")
        #expect(page.hasPrefix("## 📦 release v1 of bankflow is built, after "), "\(page)")
        #expect(page.contains("It was built, since nowhere cannot be read"))
        #expect(page.contains("| api | api | `\(HandoverFixture.identities[0].short)` | - |"))
        let code = await staging(["deploy", "--release", fixture.path("built")], variables: variables)
        #expect(code == 0, "\(staging.errors)")
        #expect(workflow.text("summary.md").contains("| Build | "))
    }

    @Test func `in GitHub the page of a build that takes over says from where`() async throws {
        try await verifyInStaging()
        let workflow = try WorkflowFolder()
        fixture.checkOut("a", in: production.runner)
        fixture.answerAsDocker(in: production.runner)
        let code = await production(
            ["build", "--promote", fixture.path("verified"), "--load", "images.tar"],
            variables: workflow.variables(fixture.variables))
        #expect(code == 0, "\(production.errors)")
        let page = workflow.text("summary.md")
        #expect(page.hasPrefix("## 📦 release v1 of bankflow is taken over, after "), "\(page)")
        #expect(page.contains("Nothing was built: it serves staging since "))
    }

    @Test func `programs get the manifest and nothing else`() async throws {
        fixture.checkOut("a", in: staging.runner)
        fixture.answerAsDocker(in: staging.runner)
        #expect(await build(staging, "--version", "v1", "--promote", "nowhere", "--output", "json") == 0)
        #expect(staging.output.hasPrefix("{\n") && staging.output.hasSuffix("}\n"))
        #expect(staging.output.contains(#""version" : "v1""#))
        #expect(staging.errors.contains("Builds, since nowhere cannot be read"))
    }

    @Test func `files that no commit has are refused by name, and marked where they are allowed`() async throws {
        fixture.checkOut("a", changed: ["notes.txt"], in: staging.runner)
        fixture.answerAsDocker(in: staging.runner)
        let arguments = ["build", "--version", "v1", "--manifest", fixture.path("built")]
        #expect(await staging(arguments, variables: fixture.variables) == DeployError.Code.refused.exitCode)
        #expect(staging.errors.contains("notes.txt"))
        #expect(dockerCommands(staging, "build") == 0)
        #expect(await staging(arguments + ["--allow-dirty"], variables: fixture.variables) == 0)
        #expect(try fixture.manifest("built").version == "v1-dirty")
        #expect(try fixture.manifest("built").isDirty)
    }

    @Test func `what staging verified is taken over by production, and nothing is built`() async throws {
        try await verifyInStaging()
        #expect(try fixture.manifest("verified").verification(by: "staging") != nil)
        fixture.checkOut("a", in: production.runner)
        fixture.answerAsDocker(in: production.runner)
        let code = await build(
            production, "--promote", fixture.path("verified"), "--load", "images.tar", "--manifest",
            fixture.path("promoted"))
        #expect(code == 0, "\(production.errors)")
        #expect(dockerCommands(production, "build") == 0)
        #expect(dockerCommands(production, "load") == 1)
        #expect(production.output.contains("Nothing is built: it serves staging since"))
        #expect(try SignedEnvelope.read(fixture.path("promoted")) == SignedEnvelope.read(fixture.path("verified")))
    }

    @Test func `other files, an unverified and a tampered manifest are built, and it says why`() async throws {
        try await verifyInStaging()
        var tampered = try SignedEnvelope.read(fixture.path("verified"))
        tampered.payload = try SignedEnvelope.read(fixture.path("built")).payload
        try tampered.write(to: fixture.path("tampered"))
        for (tree, file, reason) in [
            ("b", "verified", "are not those of commit"), ("a", "built", "staging has not verified"),
            ("a", "tampered", "is not signed with the trusted key"),
        ] as [(Character, String, String)] {
            let production = CommandRun(FakeDroplet(Self.productionEnvironment))
            fixture.checkOut(tree, in: production.runner)
            fixture.answerAsDocker(in: production.runner)
            #expect(await build(production, "--version", "v2", "--promote", fixture.path(file)) == 0)
            #expect(production.output.contains("Builds, since"))
            #expect(production.output.contains(reason), "\(production.output)")
            #expect(dockerCommands(production, "build") == 1)
        }
    }

    @Test func `exactly the images of the manifest are deployed, under its version`() async throws {
        try await verifyInStaging()
        #expect(await staging("status") == 0)
        #expect(staging.output.contains("release v1 serves"))
        let again = await staging(
            ["deploy", "--release", fixture.path("verified"), "--verified", fixture.path("verified")],
            variables: fixture.variables)
        #expect(again == 0, "\(staging.errors)")
        #expect(staging.output.contains("nothing to do"))
        #expect(try fixture.manifest("verified").verifications.count == 1)
        #expect(await staging(["plan", "--release", fixture.path("verified")], variables: fixture.variables) == 0)
    }

    @Test func `other images than the manifest's are refused, each by name`() async throws {
        try await verifyInStaging()
        let other = CommandRun()
        fixture.checkOut("a", in: other.runner)
        fixture.answerAsDocker(identities: HandoverFixture.identities.reversed(), in: other.runner)
        let code = await other(
            ["deploy", "--release", fixture.path("built"), "--verified", fixture.path("wrong")],
            variables: fixture.variables)
        #expect(code == DeployError.Code.image.exitCode)
        #expect(other.errors.contains("api: api is ") && other.errors.contains("site: site is "))
        #expect(other.droplet.effects.isEmpty)
        #expect(throws: DeployError.self) { try SignedEnvelope.read(fixture.path("wrong")) }
    }

    @Test func `production refuses what nobody signed, what has another source, and a signature that it cannot check`()
        async throws
    {
        try await verifyInStaging("v1")
        try SignedEnvelope(fixture.manifest("built"), type: ReleaseManifest.mediaType, key: nil)
            .write(to: fixture.path("unsigned"))
        for (tree, file, variables, words) in [
            ("a", "unsigned", fixture.variables, "is not signed with the trusted key"),
            ("b", "built", fixture.variables, "are not those of commit"),
            ("a", "built", ["USER": "ana"], "DEPLOYKIT_SIGNING_PUBLIC_KEY"),
        ] as [(Character, String, [String: String], String)] {
            let production = CommandRun(FakeDroplet(Self.productionEnvironment))
            fixture.checkOut(tree, in: production.runner)
            fixture.answerAsDocker(in: production.runner)
            let code = await production(["deploy", "--release", fixture.path(file)], variables: variables)
            #expect(code == DeployError.Code.refused.exitCode)
            #expect(production.errors.contains(words), "\(production.errors)")
            #expect(production.droplet.effects.isEmpty)
        }
    }

    @Test func `a job that can only check signatures does not vouch, and says so before anything changes`() async throws
    {
        fixture.checkOut("a", in: staging.runner)
        let code = await staging(
            ["deploy", "--release", fixture.path("built"), "--verified", fixture.path("verified")],
            variables: ["USER": "ana", "DEPLOYKIT_SIGNING_PUBLIC_KEY": fixture.key.publicKey.description])
        #expect(code == DeployError.Code.refused.exitCode)
        #expect(staging.errors.contains("DEPLOYKIT_SIGNING_KEY"))
        #expect(staging.droplet.effects.isEmpty)
    }

    @Test func `a release that fails is not vouched for`() async throws {
        fixture.checkOut("a", in: staging.runner)
        fixture.answerAsDocker(in: staging.runner)
        #expect(await build(staging, "--version", "v1", "--manifest", fixture.path("built")) == 0)
        staging.droplet.setBehaviour(of: "api", in: "v1", to: .exits(3))
        let code = await staging(
            ["deploy", "--release", fixture.path("built"), "--verified", fixture.path("verified")],
            variables: fixture.variables)
        #expect(code == DeployError.Code.unhealthy.exitCode)
        #expect(throws: DeployError.self) { try SignedEnvelope.read(fixture.path("verified")) }
    }

    @Test(
        arguments: [
            (["build", "--load", "a"], 64), (["deploy", "--load", "a"], 64), (["deploy", "--verified", "a"], 2),
            (["deploy", "--release", "nowhere"], 2),
        ] as [([String], Int32)])
    func `options that make no sense together are refused`(arguments: [String], code: Int32) async {
        #expect(await staging(arguments) == code)
    }
}
