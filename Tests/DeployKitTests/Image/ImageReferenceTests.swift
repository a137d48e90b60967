import DeployKit
import Testing

struct ImageReferenceTests {
    struct Name: Sendable, CustomTestStringConvertible {
        var text: String
        var full: String
        var familiar: String
        var isMoving = false

        var testDescription: String { text }
    }

    static let digest = "sha256:" + String(repeating: "a1", count: 32)

    static let names = [
        Name(text: "nginx", full: "docker.io/library/nginx", familiar: "nginx", isMoving: true),
        Name(text: "nginx:latest", full: "docker.io/library/nginx:latest", familiar: "nginx", isMoving: true),
        Name(text: "nginx:1.27", full: "docker.io/library/nginx:1.27", familiar: "nginx"),
        Name(text: "acme/api:V1_2.3-x", full: "docker.io/acme/api:V1_2.3-x", familiar: "acme/api"),
        Name(text: "docker.io/nginx:1", full: "docker.io/library/nginx:1", familiar: "nginx"),
        Name(text: "index.docker.io/acme/api:1", full: "docker.io/acme/api:1", familiar: "acme/api"),
        Name(text: "ghcr.io/acme/team/api:1", full: "ghcr.io/acme/team/api:1", familiar: "ghcr.io/acme/team/api"),
        Name(text: "localhost/api:1", full: "localhost/api:1", familiar: "localhost/api"),
        Name(text: "localhost:5000/api", full: "localhost:5000/api", familiar: "localhost:5000/api", isMoving: true),
        Name(text: "127.0.0.1:5000/a/b:1", full: "127.0.0.1:5000/a/b:1", familiar: "127.0.0.1:5000/a/b"),
        Name(text: "[::1]:5000/api:1", full: "[::1]:5000/api:1", familiar: "[::1]:5000/api"),
        Name(text: "Registry/api:1", full: "Registry/api:1", familiar: "Registry/api"),
        Name(text: "a__b/c--d:1", full: "docker.io/a__b/c--d:1", familiar: "a__b/c--d"),
        Name(text: "redis@\(digest)", full: "docker.io/library/redis@\(digest)", familiar: "redis"),
        Name(text: "redis:7@\(digest)", full: "docker.io/library/redis:7@\(digest)", familiar: "redis"),
    ]

    @Test(arguments: names)
    func `reads a name as Docker does`(name: Name) throws {
        let reference = try #require(ImageReference(name.text))
        #expect(reference.description == name.full)
        #expect(reference.familiarName == name.familiar)
        #expect(reference.isMoving == name.isMoving)
    }

    @Test(arguments: [
        "", ":1", "nginx:", "nginx:-1", "Nginx", "a//b", "/a", "a/", "a_/b", "a___b", "a..b", "nginx@sha256:12",
        "ghcr.io:x/a", "ghcr.io:70000/a", "-ghcr.io/a", "ghcr..io/a", "http://ghcr.io/a", "a b", "ä/b",
        String(repeating: "a1", count: 32), "nginx:" + String(repeating: "x", count: 129),
    ])
    func `refuses what Docker refuses`(text: String) {
        #expect(ImageReference(text) == nil)
    }

    @Test
    func `names exactly one content as Docker lists it`() throws {
        let digest = try #require(Digest(Self.digest))
        #expect(ImageReference("nginx:1.27")?.pinned(to: digest) == "nginx@\(digest)")
        #expect(ImageReference("ghcr.io/acme/api:1")?.pinned(to: digest) == "ghcr.io/acme/api@\(digest)")
    }

    @Test
    func `knows the registries of this machine`() {
        let local = ["localhost/a", "localhost:5000/a", "127.0.0.1:5000/a", "[::1]:5000/a"]
        #expect(local.allSatisfy { ImageReference($0)?.isOnLoopback == true })
        #expect(ImageReference("localhost.example.com/a")?.isOnLoopback == false)
        #expect(ImageReference("ghcr.io/a")?.isOnLoopback == false)
    }
}
