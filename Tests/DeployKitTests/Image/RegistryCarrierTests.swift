import DeployKitTesting
import Testing

@testable import DeployKit

struct RegistryCarrierTests {
    static let api = ImagePin(name: "ghcr.io/acme/api:1", digest: ImageFixture.digest("a"))
    static let proxy = ImagePin(name: "nginx:1.27", digest: ImageFixture.digest("b"))
    static let references = ["ghcr.io/acme/api@\(api.digest)", "nginx@\(proxy.digest)"]

    private static func carrier(user: String, progress: ProgressBox = ProgressBox()) -> RegistryCarrier {
        let shell = ScriptedShell()
        shell.expect("Docker's configuration", repeats: true, where: { _ in true }) { _ in CommandResult(output: "{}") }
        let logins = RegistryLogins(user: user, password: Secret("s3"), registries: ["ghcr.io"], shell: shell)
        return RegistryCarrier(directory: "/d", logins: logins, progress: progress.append)
    }

    private static func command(count: Int, input: String) -> Command {
        ImageScript.pull.command(["/d", "\(count)"] + references, input: Secret(input), deadline: .seconds(1800))
    }

    @Test
    func `pulls by digest, with the password on the standard input`() async throws {
        let droplet = ScriptedShell()
        droplet.expect(
            Self.command(count: 1, input: "ghcr.io\nme\ns3\n"),
            output: "present \(Self.references[1])\npulled \(Self.references[0])\n")
        let progress = ProgressBox()
        let carrier = Self.carrier(user: "me", progress: progress)
        let references = try await carrier.carry([Self.api, Self.proxy, Self.api], through: droplet)
        #expect(references == [Self.api.digest: Self.references[0], Self.proxy.digest: Self.references[1]])
        #expect(progress.events == [.pulled(image: "ghcr.io/acme/api:1")])
        #expect(droplet.commands.allSatisfy { !$0.arguments.joined().contains("s3") })
        try droplet.finish()
    }

    @Test
    func `names the image that cannot be pulled, in Docker's words`() async throws {
        let droplet = ScriptedShell()
        droplet.expect(
            Self.command(count: 0, input: ""),
            output: "pulled \(Self.references[0])\nfailed \(Self.references[1])\nmanifest unknown\n")
        let error = await #expect(throws: DeployError.self) {
            try await Self.carrier(user: "").carry([Self.api, Self.proxy], through: droplet)
        }
        #expect(error?.code == .image)
        #expect(error?.message == "a scripted machine could not pull nginx:1.27")
        #expect(error?.evidence == ["manifest unknown"])
    }

    @Test
    func `says that a registry refused the login`() async throws {
        let droplet = ScriptedShell()
        droplet.expect(
            Self.command(count: 1, input: "ghcr.io\nme\ns3\n"), output: "refused ghcr.io\nunauthorized\n")
        let error = await #expect(throws: DeployError.self) {
            try await Self.carrier(user: "me").carry([Self.api, Self.proxy], through: droplet)
        }
        #expect(error?.message == "ghcr.io refused the login from a scripted machine")
        #expect(error?.next.contains("DEPLOYKIT_REGISTRY_PASSWORD") == true)
    }
}
