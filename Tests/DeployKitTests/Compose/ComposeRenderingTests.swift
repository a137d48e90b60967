import DeployKit
import Foundation
import Testing

/// Renders the project in `Resources/compose/shop`, and compares with the files beside it.
struct ComposeRenderingTests {
    let application = ComposeFixture.shop

    @Test func `is planned, with its reasons`() {
        #expect(application.refusals == [])
        #expect(
            application.services.map { "\($0.name) \($0.kind)" } == [
                "cache store", "database store", "migrate job", "web web", "worker worker",
            ])
        #expect(
            application.images == [
                "cache": "redis:8", "database": "postgres:17", "migrate": "shop-migrate", "web": "shop-web",
                "worker": "shop-worker",
            ])
        #expect(application.builtImages.keys.sorted() == ["migrate", "web", "worker"])
        let web = application.services.first { $0.name == "web" }
        #expect(web?.port == 3000)
        #expect(web?.replicas == 2)
        #expect(web?.memoryLimit == 256 << 20)
        #expect(application.storeConditions == ["cache": "service_started", "database": "service_healthy"])
    }

    @Test func `renders the stores`() throws {
        let stores = application.storesProject(scope: "shop-staging")
        try ComposeFixture.expect(stores.compose, equals: "shop.stores.json")
        try ComposeFixture.expect(stores.environment.revealed, equals: "shop.stores.environment")
        #expect(stores.files.map(\.path) == ["files/conf/init.sql"])
        #expect(
            stores.environmentValues.keys.sorted() == [
                "cache.command.0", "cache.command.1", "cache.command.2", "database.POSTGRES_PASSWORD",
            ])
        #expect(stores.settings.keys.sorted() == ["cache", "database"])
    }

    @Test func `a worker that was stopped for another one is not brought back by Docker's next start`() throws {
        let application = ComposeFixture.split([
            "web": ["image": "i", "ports": [["target": 80]], "restart": "always"],
            "queue": ["image": "i", "restart": "always"], "mailer": ["image": "i", "restart": "on-failure"],
        ])
        let services = try JSONValue(parsing: ComposeFixture.release(application).compose)["services"]
        let policies = ["web", "queue", "mailer"].map { services?[$0]?["restart"]?.string }
        #expect(policies == ["always", "unless-stopped", "on-failure"])
    }

    @Test func `a secret variable is known to the droplet as one, whatever it went into`() throws {
        let services: JSONValue = [
            "web": [
                "image": "i", "expose": ["80"], "environment": ["SESSION_SEED": "sentinel-value"],
                "command": ["serve", "--url=http://x/?t=sentinel-value"],
            ]
        ]
        let model = ComposeModel(
            interpolated: ["name": "shop", "services": services], uninterpolated: [:],
            variableValues: ["API_TOKEN": Secret("sentinel-value"), "LEVEL": Secret("plain-value")],
            files: ProjectFiles(root: "/repo"))
        let application = ComposeSplit.split(
            model, for: ComposeFixture.environment(routes: ["example.com": "web"]))
        let secrets = EnvironmentFile.secrets(in: ComposeFixture.release(application).environment)
        #expect(secrets.map(\.revealed).contains("sentinel-value"))
        #expect(!secrets.map(\.revealed).contains("plain-value"))
    }

    @Test func `renders the release`() throws {
        let release = ComposeFixture.release(application)
        try ComposeFixture.expect(release.compose, equals: "shop.release.json")
        try ComposeFixture.expect(release.environment.revealed, equals: "shop.release.environment")
        #expect(release.files == [StagedFile(path: "files/conf", content: .folder("/repo/conf"), mode: 0o755)])
        #expect(release.environmentValues["web.command.2"]?.revealed == "--level=info")
        #expect(release.volumes.map(\.name) == ["shop-staging_uploads"])
        #expect(release.volumes.map(\.creation).first?.prefix(3) == ["docker", "volume", "create"])
    }

    @Test func `the slots differ in their names and ports only`() {
        let blue = ComposeFixture.release(application, slot: .blue).compose
        let green = ComposeFixture.release(application, slot: .green).compose
        let same = green.replacing("green", with: "blue").replacing("20240-20241", with: "20000-20001")
        #expect(green != blue)
        #expect(same == blue)
    }

    @Test func `no secret is in what is rendered`() {
        let projects = [application.storesProject(scope: "shop-staging"), ComposeFixture.release(application)]
        for project in projects {
            for secret in ["p'a$s", "postgres://shop", "k\n2", "requirepass-c"] {
                #expect(!project.compose.contains(secret))
            }
            #expect("\(project)".contains("<redacted>"))
        }
    }

    @Test func `stores are found under every name that the file gives them`() {
        #expect(
            application.storeAttachments == [
                StoreAttachment(service: "cache", network: "backend", aliases: ["cache"]),
                StoreAttachment(service: "cache", network: "default", aliases: ["cache"]),
                StoreAttachment(service: "database", network: "default", aliases: ["database", "shop-db", "db"]),
            ])
        #expect(
            ComposeApplication.networkName("default", scope: "shop-staging", slot: .blue)
                == "shop-staging-blue_default")
    }

    @Test(.enabled(if: ComposeFixture.hasCompose)) func `Compose reads what is rendered`() async throws {
        let folder = try TemporaryFolder()
        for project in [application.storesProject(scope: "shop-staging"), ComposeFixture.release(application)] {
            let configuration = try await ComposeFixture.configuration(of: project, in: folder)
            #expect(configuration["name"]?.string == project.name)
            for (key, value) in project.environmentValues {
                let parts = key.split(separator: ".").map(String.init)
                guard parts.count == 2, parts[0] != "configs", parts[0] != "secrets" else { continue }
                #expect(configuration["services"]?[parts[0]]?["environment"]?[parts[1]]?.string == value.revealed)
            }
        }
    }

    @Test(.enabled(if: ComposeFixture.hasCompose)) func `the model is what Compose prints`() async throws {
        let folder = ComposeFixture.resources.appending(path: "shop").path
        let model = try await ComposeClient(shell: LocalShell()).model(
            of: ComposeSource(
                projectDirectory: folder, variables: ComposeFixture.shopVariables.mapValues { Secret($0) }))
        let application = ComposeSplit.split(model, for: ComposeFixture.shopEnvironment)
        let rendered = [
            application.storesProject(scope: "shop-staging"), ComposeFixture.release(application),
        ]
        let expected = [
            self.application.storesProject(scope: "shop-staging"), ComposeFixture.release(self.application),
        ]
        // The files are named by their path in the repository, which is another one here.
        let below = "Tests/DeployKitTests/Resources/compose/shop/"
        #expect(rendered.map { $0.compose.replacing(below, with: "") } == expected.map(\.compose))
        #expect(rendered.map(\.environment) == expected.map(\.environment))
    }
}
