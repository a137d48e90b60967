import DeployKitTesting
import Testing

@testable import DeployKit

struct ImageBuilderTests {
    let shell = ScriptedShell()
    private let source = ComposeSource(files: ["deploy/compose.yaml"], environmentFiles: ["prod.env"])

    private func builder(user: String = "") -> ImageBuilder {
        ImageBuilder(
            shell: shell,
            logins: { [shell] in
                RegistryLogins(user: user, password: Secret("sentinel"), registries: $0, shell: shell)
            },
            onLine: { _ in })
    }

    private func build(user: String = "", _ options: ImageBuilder.Options = .init()) async throws
        -> [String: ReleaseManifest.Image]
    {
        try await builder(user: user).build(
            BuildFixture.model, of: source, for: BuildFixture.staging, labels: BuildFixture.labels, options: options)
    }

    private func expectBuild(_ options: [String] = [], result: CommandResult = CommandResult(output: "Step 1/9\n")) {
        let compose = ["--file", "-", "--project-directory", "deploy", "--env-file", "prod.env", "build"]
        let text = BuildProject(BuildFixture.model, wanted: ["web"], labels: BuildFixture.labels).text
        shell.expect(
            ImageScript.follow.command(
                ["docker", "compose"] + compose + options + ["web"], input: text, deadline: .seconds(3600)),
            result: result)
    }

    private func expectIdentities(_ names: [String], _ digests: Digest?...) {
        shell.expect(
            ImageScript.identify.command(names), output: digests.map { "\($0?.description ?? "")\n" }.joined())
    }

    private func expectDigest(_ name: String, _ output: String) {
        shell.expect(ImageScript.digests.command([name]), output: output)
    }

    @Test func `what is built stays here, and what is not is pulled where it is missing`() async throws {
        expectBuild()
        expectIdentities(["nginx:1.27"], nil)
        shell.expect(ImageScript.transfer.command(["pull", "", "nginx:1.27"], deadline: .seconds(3600)))
        expectIdentities(["ghcr.io/acme/web:v1", "nginx:1.27"], BuildFixture.digest("d"), BuildFixture.digest("1"))
        expectDigest("nginx:1.27", "other@\(BuildFixture.digest("0"))\nnginx@\(BuildFixture.digest("2"))\n\n")
        let images = try await build()
        try shell.finish()
        #expect(
            images == [
                "web": .init(name: "ghcr.io/acme/web:v1", identity: BuildFixture.digest("d")),
                "proxy": .init(
                    name: "nginx:1.27", identity: BuildFixture.digest("1"), digest: BuildFixture.digest("2")),
            ])
    }

    @Test func `what is pushed has the registry's digest, and the run's login is for its own registry only`()
        async throws
    {
        expectBuild(["--pull", "--no-cache"])
        shell.expect(ImageScript.transfer.command(["pull", "", "nginx:1.27"], deadline: .seconds(3600)))
        expectIdentities(["ghcr.io/acme/web:v1", "nginx:1.27"], BuildFixture.digest("d"), BuildFixture.digest("1"))
        shell.expect(
            ImageScript.transfer.command(
                ["push", "login", "ghcr.io/acme/web:v1"], input: Secret("ghcr.io\nbot\nsentinel\n"),
                deadline: .seconds(3600)))
        expectDigest("nginx:1.27", "")
        expectDigest("ghcr.io/acme/web:v1", "ghcr.io/acme/web@\(BuildFixture.digest("f"))\n")
        let images = try await build(user: "bot", .init(pushes: true, pulls: true, ignoresCache: true))
        try shell.finish()
        #expect(images["web"]?.digest == BuildFixture.digest("f"))
        #expect(images["proxy"]?.digest == nil)
        #expect(!shell.commands.contains { $0.arguments.contains { $0.contains("sentinel") } })
    }

    @Test func `a build that fails says what Docker said last`() async throws {
        let lines = (1...30).map { "line \($0)\n" }.joined()
        expectBuild(result: CommandResult(status: 17, output: lines))
        let error = await #expect(throws: DeployError.self) { try await build() }
        #expect(error?.code == .image)
        #expect(error?.message == "Docker did not build web: status 17")
        #expect(error?.evidence.count == 20)
        #expect(error?.evidence.last == "line 30")
    }

    private let names = ["ghcr.io/acme/api:v1", "ghcr.io/acme/web:v1"]

    @Test func `an archive is loaded, and refused where it holds other images`() async throws {
        let load = ImageScript.follow.command(["docker", "load", "--input", "images.tar"], deadline: .seconds(3600))
        shell.expect(load, output: "Loaded image\n")
        expectIdentities(names, BuildFixture.digest("a"), BuildFixture.digest("d"))
        try await builder().bring(BuildFixture.manifest, archive: "images.tar")
        shell.expect(load, output: "Loaded image\n")
        expectIdentities(names, BuildFixture.digest("a"), BuildFixture.digest("0"))
        let unpushed = BuildFixture.unpushedManifest
        let error = await #expect(throws: DeployError.self) {
            try await builder().bring(unpushed, archive: "images.tar")
        }
        #expect(error?.code == .image)
        #expect(error?.evidence.count == 1)
        try shell.finish()
    }

    @Test func `without an archive, what is not here is pulled by digest and gets its name`() async throws {
        let reference = "ghcr.io/acme/web@\(BuildFixture.digest("f"))"
        expectIdentities(names, BuildFixture.digest("a"), BuildFixture.digest("0"))
        shell.expect(ImageScript.transfer.command(["pull", "", reference], deadline: .seconds(3600)))
        shell.expect(ImageScript.name.command([reference, "ghcr.io/acme/web:v1"]))
        expectIdentities(names, BuildFixture.digest("a"), BuildFixture.digest("d"))
        try await builder().bring(BuildFixture.manifest, archive: nil)
        try shell.finish()
    }

    @Test func `exactly the images of a manifest are saved, and not those of other tags`() async throws {
        var manifest = BuildFixture.manifest
        manifest.images["proxy"] = .init(name: "nginx@\(BuildFixture.digest("1"))", identity: BuildFixture.digest("2"))
        manifest.images["worker"] = .init(name: "shop-worker", identity: BuildFixture.digest("3"))
        let names = names + ["nginx@\(BuildFixture.digest("1"))", "shop-worker:latest"]
        shell.expect(
            ImageScript.follow.command(["docker", "save", "--output", "images.tar"] + names, deadline: .seconds(3600)))
        try await builder().save(manifest, to: "images.tar")
        try shell.finish()
    }
}
