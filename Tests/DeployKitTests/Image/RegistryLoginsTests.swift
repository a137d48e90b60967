import DeployKitTesting
import Testing

@testable import DeployKit

struct RegistryLoginsTests {
    static func logins(_ configuration: String, shell: ScriptedShell = ScriptedShell()) -> RegistryLogins {
        shell.expect(ImageScript.configuration.command(["config"]), output: configuration)
        return RegistryLogins(user: "me", password: Secret("mine"), registries: ["ghcr.io"], shell: shell)
    }

    @Test
    func `uses the settings for their own registries`() async throws {
        let login = try await Self.logins("{}").login(for: "ghcr.io")
        #expect(login == RegistryLogin(user: "me", password: Secret("mine")))
        #expect(try await Self.logins("{}").login(for: "docker.io") == nil)
    }

    @Test
    func `uses what docker login left for all others`() async throws {
        let configuration = #"{"auths": {"https://index.docker.io/v1/": {"auth": "dTpwOnc="}, "r.example": {}}}"#
        let hub = try await Self.logins(configuration).login(for: "docker.io")
        #expect(hub == RegistryLogin(user: "u", password: Secret("p:w")))
        #expect(try await Self.logins(configuration).login(for: "r.example") == nil)
    }

    @Test
    func `asks a credential helper over its standard input`() async throws {
        let shell = ScriptedShell()
        let logins = Self.logins(#"{"credHelpers": {"r.example": "store"}}"#, shell: shell)
        shell.expect(
            ImageScript.configuration.command(["store"], input: Secret("r.example")),
            output: #"{"Username": "u", "Secret": "p"}"#)
        #expect(try await logins.login(for: "r.example") == RegistryLogin(user: "u", password: Secret("p")))
        try shell.finish()
    }

    @Test
    func `takes the registries of what the project builds for the application's own`() {
        let images = ["api": "ghcr.io/acme/api:1", "site": "r.example/site", "proxy": "nginx:1"]
        #expect(RegistryLogins.registries(of: images, built: ["api"]) == ["ghcr.io"])
        #expect(RegistryLogins.registries(of: images, built: []) == ["ghcr.io", "r.example"])
        #expect(RegistryLogins.registries(of: ["proxy": "nginx:1"], built: []) == ["docker.io"])
    }
}
