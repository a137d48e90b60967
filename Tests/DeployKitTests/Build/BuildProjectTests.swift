import DeployKitTesting
import Testing

@testable import DeployKit

struct BuildProjectTests {
    /// The service `web` is built on top of `base`, which no release runs.
    private static let model = {
        var model = BuildFixture.model
        model.services["base"] = ComposeService(name: "base", value: ["build": ["context": "/repo/base"]])
        var web = model.services["web"]?.value.members ?? [:]
        var build = web["build"]?.members ?? [:]
        build["additional_contexts"] = ["base": "service:base"]
        web["build"] = .object(build)
        model.services["web"] = ComposeService(name: "web", value: .object(web))
        return model
    }()
    private static let project = BuildProject(model, wanted: ["web"], labels: BuildFixture.labels)

    @Test func `what Compose is given is the build of the file with labels and a time, and nothing else`() throws {
        #expect(Self.project.services == ["web"])
        let text = try JSONValue(parsing: Self.project.text.revealed).prettyText
        try ComposeFixture.expect(text, equals: "build.json")
    }

    @Test(.enabled(if: ComposeFixture.hasCompose))
    func `Compose reads it as the same build`() async throws {
        let options = ["--project-directory", "/repo", "--file", "-", "config", "--no-interpolate", "--format", "json"]
        let output = try await LocalShell().output(
            of: Command(["docker", "compose"] + options, input: Self.project.text))
        let read = try JSONValue(parsing: output)["services"]?["web"]
        let file = Self.model.services["web"]?.value
        let build = read?["build"]
        for key in ["context", "dockerfile", "target", "cache_from", "cache_to", "additional_contexts"] {
            #expect(build?[key] == file?["build"]?[key], "\(key)")
        }
        #expect(build?["labels"]?["team"]?.string == "web")
        #expect(build?["labels"]?["org.opencontainers.image.version"]?.string == "v1")
        #expect(build?["args"]?["SOURCE_DATE_EPOCH"]?.text == "1764000000")
        #expect(read?["image"]?.string == "ghcr.io/acme/web:v1")
    }

    @Test func `labels say where an image is from, and when its commit was made`() {
        #expect(
            BuildFixture.labels.labels(of: "web") == [
                "org.opencontainers.image.title": "web", "org.opencontainers.image.version": "v1",
                "org.opencontainers.image.revision": BuildFixture.commit,
                "org.opencontainers.image.created": "2025-11-24T16:00:00Z",
                "org.opencontainers.image.source": "https://github.com/acme/shop",
            ])
        var dirty = BuildFixture.labels
        dirty.tree.changedFiles = ["a"]
        dirty.source = ""
        let labels = dirty.labels(of: "web")
        #expect(labels["org.opencontainers.image.revision"] == BuildFixture.commit + "-dirty")
        #expect(labels["org.opencontainers.image.source"] == nil)
    }

    @Test(arguments: [
        ("https://github.com/acme/shop.git\n", "https://github.com/acme/shop"),
        ("https://x-access-token:sentinel@github.com/acme/shop", "https://github.com/acme/shop"),
        ("git@github.com:acme/shop.git", "https://github.com/acme/shop"),
        ("ssh://git@git.example.com:2222/acme/shop.git", "https://git.example.com/acme/shop"),
        ("https://git.example.com:8443/acme/shop", "https://git.example.com:8443/acme/shop"),
        ("/srv/git/shop.git", ""), ("file:///srv/git/shop.git", ""), ("../shop", ""), ("", ""),
    ])
    func `a remote leads to a page, without a login`(remote: String, page: String) {
        #expect(BuildLabels.page(ofRemote: remote) == page)
        #expect(BuildLabels.source([:], remote: remote) == page)
        let variables = ["GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/fork"]
        #expect(BuildLabels.source(variables, remote: remote) == "https://github.com/acme/fork")
    }
}
