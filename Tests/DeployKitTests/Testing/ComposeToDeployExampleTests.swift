import DeployKit
import DeployKitTesting
import Foundation
import Testing

/// Makes a candidate of a Compose file whose images are in this machine's engine.
func candidate(
    of file: String, version: String, for environment: Environment, shell: any Shell
) async throws -> ReleaseCandidate {
    let compose = ComposeClient(shell: shell)
    let model = try await compose.model(of: ComposeSource(files: [file]))
    let facts = try await compose.facts(of: model.imageNames)
    let application = ComposeSplit.split(model, for: environment, images: facts)
    let pinned = try await ImagePinner(engine: shell)
        .pin(application.releaseImages, built: Set(application.builtImages.keys))
    var candidate = try ReleaseCandidate(
        application, images: pinned.pins, version: version, environment: environment)
    candidate.findings += pinned.findings
    return candidate
}

/// Makes a candidate serve on a droplet.
func deploy(
    _ candidate: ReleaseCandidate, to environment: Environment, on droplet: any Droplet,
    watchedBy observer: any RolloutObserver
) async throws -> RolloutReport {
    var deployment = Deployment(
        environment: environment, droplet: droplet, clock: ContinuousClock(), observer: observer)
    deployment.patience = .seconds(60)
    return try await deployment.deploy(
        candidate, as: LeaseOwner(actor: "ana", action: "deploy \(candidate.version)"))
}

/// Opens the droplet that the settings name, over SSH, where images travel over the same connection.
func withDroplet<Result: Sendable>(
    of environment: Environment, settings: RuntimeSettings,
    _ body: @escaping @Sendable (any Droplet) async throws -> Result
) async throws -> Result {
    let carrier = LayerCarrier(
        application: environment.application, directory: ShellDroplet.directory(of: environment),
        engine: LocalShell())
    return try await SSHShell.withConnection(SSHSettings(settings)) { connection in
        try await body(
            ShellDroplet(
                shell: connection, environment: environment, carrier: carrier, transport: CurlTransport(),
                certificateAuthorities: settings.certificateAuthorities))
    }
}

/// The code of the article, and that the article has it.
struct ComposeToDeployExampleTests {
    private static let environment = Environment(
        application: "shop", name: "staging", branch: "staging", routes: [Route("qa.example.com", to: "web")])

    @Test func `the article shows what is compiled here`() throws {
        let article = URL(filePath: #filePath).appending(
            path: "../../../../Sources/DeployKit/DeployKit.docc/FromComposeToDeploy.md"
        ).standardized
        let text = try String(contentsOf: article, encoding: .utf8)
        let code = try #require(text.components(separatedBy: "```swift\n").last?.components(separatedBy: "```").first)
        let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
        #expect(code.contains("ComposeClient") && source.contains(code), "they differ")
    }

    @Test func `leads from what Compose prints to a release that serves`() async throws {
        let shell = ScriptedShell()
        let project = #"{"name":"shop","services":{"web":{"build":{},"expose":["8080"]}}}"#
        shell.expect("Compose", repeats: true, where: { $0.arguments.contains("config") }) { _ in
            CommandResult(output: project)
        }
        shell.expect("the engine", where: { $0.arguments.joined().contains("{{.Id}}") }) { _ in
            CommandResult(output: "sha256:\(String(repeating: "a", count: 64))\n")
        }
        shell.expect("the listing, and what the images say", repeats: true, where: { _ in true }) { _ in
            CommandResult(output: "/repo\n/home\n")
        }
        let candidate = try await candidate(
            of: "compose.yaml", version: "v1", for: Self.environment, shell: shell)
        let droplet = FakeDroplet(Self.environment)
        let report = try await deploy(candidate, to: Self.environment, on: droplet, watchedBy: SilentObserver())
        #expect(!report.phases.isEmpty)
        #expect(droplet.request("qa.example.com").release?.rawValue == "v1")
    }
}
