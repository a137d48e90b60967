import DeployKitTesting
import Testing

@testable import DeployKit

struct ImagePinnerTests {
    static let images = ["api": "app-api", "worker": "app-api", "proxy": "nginx:latest"]

    @Test
    func `reads all identities from the runner's engine in one command`() async throws {
        let engine = ScriptedShell()
        let (a, b) = (ImageFixture.digest("a"), ImageFixture.digest("b"))
        engine.expect(ImageScript.identify.command(["app-api", "nginx:latest"]), output: "\(a)\n\(b)\n")
        let pinned = try await ImagePinner(engine: engine).pin(Self.images, built: ["api"])
        #expect(
            pinned.pins == [
                "api": ImagePin(name: "app-api", digest: a), "worker": ImagePin(name: "app-api", digest: a),
                "proxy": ImagePin(name: "nginx:latest", digest: b),
            ])
        #expect(pinned.findings.map(\.severity) == [.warning])
        #expect(pinned.findings.map(\.subject) == ["services.proxy.image"])
        try engine.finish()
    }

    @Test
    func `says what to build and what to pull`() async throws {
        let engine = ScriptedShell()
        engine.expect(ImageScript.identify.command(["app-api", "nginx:latest"]), output: "\n\n")
        let error = await #expect(throws: DeployError.self) {
            try await ImagePinner(engine: engine).pin(Self.images, built: ["api", "worker"])
        }
        #expect(error?.code == .image)
        #expect(error?.message == "2 images are not in the Docker engine of a scripted machine")
        #expect(error?.evidence == ["app-api, of services api, worker", "nginx:latest, of service proxy"])
        #expect(error?.next == "docker compose build api worker; then docker compose pull proxy")
    }

    @Test
    func `tells an engine that does not answer from an image that is not there`() async throws {
        let engine = ScriptedShell()
        engine.expect(
            ImageScript.identify.command(["app-api"]), result: CommandResult(status: 1, errorOutput: "no daemon"))
        let error = await #expect(throws: DeployError.self) {
            try await ImagePinner(engine: engine).pin(["api": "app-api"], built: ["api"])
        }
        #expect(error?.message.contains("Docker does not answer") == true)
        #expect(error?.evidence == ["no daemon"])
    }

    @Test
    func `asks each registry for its digests`() async throws {
        let transport = ScriptedTransport { asked in
            asked.line.hasPrefix("HEAD https://ghcr.io/v2/acme/api/")
                ? RegistryClientTests.found() : HTTPResponse(status: 404)
        }
        let pinner = ImagePinner(
            registry: RegistryClient(transport: transport, logins: RegistryClientTests.logins()))
        let pinned = try await pinner.pin(["api": "ghcr.io/acme/api"], built: ["api"])
        #expect(pinned.pins["api"]?.digest.description == RegistryClientTests.digest)
        #expect(pinned.findings.map(\.severity) == [.note])
        let error = await #expect(throws: DeployError.self) {
            try await pinner.pin(["api": "ghcr.io/acme/api", "proxy": "nginx:1.99"], built: ["api"])
        }
        #expect(error?.message == "the image nginx:1.99, of service proxy is not in docker.io")
        #expect(error?.next.contains("docker pull nginx:1.99") == true)
    }

    @Test
    func `refuses what is no name of an image`() async throws {
        let error = await #expect(throws: DeployError.self) {
            try await ImagePinner(engine: ScriptedShell()).pin(["api": "Acme/API"], built: [])
        }
        #expect(error?.code == .refused)
        #expect(error?.message == "services.api.image: “Acme/API” is no name of an image")
    }
}
