import DeployKitTesting
import Foundation
import Testing

@testable import DeployKit

struct RegistryClientTests {
    static let digest = "sha256:" + String(repeating: "ab", count: 32)
    static let challenge = HTTPHeader(
        "www-authenticate", #"Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:acme/api:pull""#)
    static let manifest = "https://ghcr.io/v2/acme/api/manifests/1"
    static let token = "https://ghcr.io/token?service=ghcr.io&scope=repository%3Aacme%2Fapi%3Apull"
    static let image = ImageReference("ghcr.io/acme/api:1")

    static func logins(user: String = "", registries: Set<String> = ["ghcr.io"]) -> RegistryLogins {
        let shell = ScriptedShell()
        shell.expect("Docker's configuration", repeats: true, where: { _ in true }) { _ in CommandResult(output: "{}") }
        return RegistryLogins(user: user, password: Secret("p:w"), registries: registries, shell: shell)
    }

    static func found() -> HTTPResponse {
        HTTPResponse(headers: [HTTPHeader("docker-content-digest", digest)])
    }

    @Test
    func `takes the digest from the answer to HEAD`() async throws {
        let transport = ScriptedTransport { _ in Self.found() }
        let client = RegistryClient(transport: transport, logins: Self.logins())
        let image = try #require(ImageReference("nginx"))
        #expect(try await client.digest(of: image)?.description == Self.digest)
        #expect(
            transport.asked == [.init(line: "HEAD https://registry-1.docker.io/v2/library/nginx/manifests/latest")])
    }

    @Test
    func `fetches a token with the login, and asks again with it`() async throws {
        let transport = ScriptedTransport { asked in
            switch (asked.line, asked.authorization) {
            case ("HEAD \(Self.manifest)", nil): HTTPResponse(status: 401, headers: [Self.challenge])
            case ("GET \(Self.token)", "Basic bWU6cDp3"): HTTPResponse(body: Array(#"{"token":"t0k"}"#.utf8))
            case ("HEAD \(Self.manifest)", "Bearer t0k"): Self.found()
            default: nil
            }
        }
        let client = RegistryClient(transport: transport, logins: Self.logins(user: "me"))
        #expect(try await client.digest(of: #require(Self.image))?.description == Self.digest)
        #expect(transport.asked.count == 3)
    }

    @Test
    func `logs in with user and password where the registry wants that`() async throws {
        let transport = ScriptedTransport { asked in
            asked.authorization == "Basic bWU6cDp3"
                ? Self.found()
                : HTTPResponse(status: 401, headers: [HTTPHeader("WWW-Authenticate", #"Basic realm="r""#)])
        }
        let client = RegistryClient(transport: transport, logins: Self.logins(user: "me"))
        #expect(try await client.digest(of: #require(Self.image))?.description == Self.digest)
    }

    @Test
    func `shows a login to no registry but its own`() async throws {
        let transport = ScriptedTransport { asked in
            asked.authorization == nil && asked.line.hasPrefix("HEAD")
                ? HTTPResponse(status: 401, headers: [Self.challenge])
                : asked.line.hasPrefix("GET") ? HTTPResponse(body: Array(#"{"access_token":"x"}"#.utf8)) : Self.found()
        }
        let client = RegistryClient(transport: transport, logins: Self.logins(user: "me", registries: ["r.example"]))
        #expect(try await client.digest(of: #require(Self.image)) != nil)
        #expect(transport.asked.map(\.authorization) == [nil, nil, "Bearer x"])
    }

    @Test
    func `never sends a login in the clear`() async throws {
        let challenge = HTTPHeader("WWW-Authenticate", #"Bearer realm="http://evil.example/token""#)
        let transport = ScriptedTransport { _ in HTTPResponse(status: 401, headers: [challenge]) }
        let client = RegistryClient(transport: transport, logins: Self.logins(user: "me"))
        await #expect(throws: DeployError.self) { try await client.digest(of: #require(Self.image)) }
        #expect(transport.asked.count == 1)
    }

    @Test(arguments: ["localhost:5000/api:1", "127.0.0.1:5000/api:1", "10.0.0.5:5000/api:1"])
    func `asks without TLS where that was allowed`(name: String) async throws {
        let transport = ScriptedTransport { _ in Self.found() }
        let client = RegistryClient(
            transport: transport, logins: Self.logins(), insecureRegistries: ["10.0.0.5:5000"])
        _ = try await client.digest(of: #require(ImageReference(name)))
        #expect(transport.asked.first?.line.hasPrefix("HEAD http://") == true)
    }

    @Test
    func `trusts the authority that Docker trusts for a registry, and for no other`() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/certs-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder + "/r.example:5000", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/r.example:5000/ca.crt"))
        let transport = ScriptedTransport { _ in Self.found() }
        var client = RegistryClient(transport: transport, logins: Self.logins())
        client.certificates = folder
        _ = try await client.digest(of: #require(ImageReference("r.example:5000/api:1")))
        _ = try await client.digest(of: #require(ImageReference("r.example/api:1")))
        #expect(transport.asked.map(\.authorities) == [folder + "/r.example:5000/ca.crt", nil])
    }

    @Test
    func `computes the digest of a manifest where the registry does not say it`() async throws {
        let transport = ScriptedTransport { asked in
            asked.line.hasPrefix("HEAD") ? HTTPResponse() : HTTPResponse(body: Array("abc".utf8))
        }
        let client = RegistryClient(transport: transport, logins: Self.logins())
        #expect(
            try await client.digest(of: #require(Self.image))?.hexadecimal
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test
    func `knows an image that is not there from one that it may not see`() async throws {
        let missing = RegistryClient(
            transport: ScriptedTransport { _ in HTTPResponse(status: 404) }, logins: Self.logins())
        #expect(try await missing.digest(of: #require(Self.image)) == nil)
        for (status, word) in [(401, "login"), (403, "login"), (429, "requests"), (500, "500")] {
            let client = RegistryClient(
                transport: ScriptedTransport { _ in HTTPResponse(status: status) }, logins: Self.logins())
            let error = await #expect(throws: DeployError.self) { try await client.digest(of: #require(Self.image)) }
            #expect(error?.code == .image)
            #expect(error?.message.contains(word) == true)
            #expect(error?.next.isEmpty == false)
        }
    }

    @Test
    func `names a registry that does not answer`() async throws {
        let client = RegistryClient(transport: ScriptedTransport { _ in nil }, logins: Self.logins())
        let error = await #expect(throws: DeployError.self) { try await client.digest(of: #require(Self.image)) }
        #expect(error?.message.contains("ghcr.io did not answer (nothing listens)") == true)
    }
}
