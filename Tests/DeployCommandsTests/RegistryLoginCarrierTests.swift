import DeployKit
import DeployKitTesting
import Testing

@testable import DeployCommands

struct RegistryLoginCarrierTests {
    private static let digest = "sha256:" + String(repeating: "a", count: 64)

    /// What the droplet hears on its standard input when it lacks one image of a release.
    private func input(pulling name: String) async throws -> String {
        let runner = ScriptedShell()
        runner.expect("Docker's configuration", repeats: true, where: { _ in true }) { _ in
            CommandResult(output: "{}")
        }
        let droplet = ScriptedShell()
        droplet.expect("the pull", where: { _ in true }) { _ in CommandResult() }
        let registries = OwnRegistries()
        registries.set(
            RegistryLogins.registries(
                of: ["api": "ghcr.io/acme/api:1", "proxy": "quay.io/other/proxy:2", "cache": "redis:8"],
                built: ["api"]))
        let settings = try RuntimeSettings(from: [
            "DEPLOYKIT_HOST": "203.0.113.7", "DEPLOYKIT_SSH_KEY": "key", "DEPLOYKIT_KNOWN_HOSTS": "hosts",
            "DEPLOYKIT_REGISTRY_USER": "me", "DEPLOYKIT_REGISTRY_PASSWORD": "s3cret",
        ])
        let carrier = RegistryLoginCarrier(
            directory: "/d", settings: settings, registries: registries, shell: runner)
        let pin = ImagePin(name: name, digest: try #require(Digest(Self.digest)))
        _ = try await carrier.carry([pin], through: droplet)
        return try #require(droplet.commands.first).input.revealed
    }

    @Test(arguments: ["quay.io/other/proxy:2", "redis:8"])
    func `a registry of others gets no password, also when only its images are missing`(name: String) async throws {
        #expect(try await input(pulling: name) == "")
    }

    @Test func `the application's own registry gets it`() async throws {
        #expect(try await input(pulling: "ghcr.io/acme/api:1") == "ghcr.io\nme\ns3cret\n")
    }
}
