@testable import DeployKit

/// A manifest of the shop, and what it is checked against.
enum BuildFixture {
    static let commit = String(repeating: "c", count: 40)
    static let tree = SourceTree(commit: commit, tree: String(repeating: "e", count: 40), committedAt: 1_764_000_000)

    static func digest(_ digit: Character) -> Digest { Digest(hexadecimal: String(repeating: digit, count: 64)) }

    static let staging = Environment(
        application: "shop", name: "staging", branch: "staging", routes: [Route("qa.example.com", to: "web")])

    static let production = Environment(
        application: "shop", name: "production", branch: "main", routes: [Route("example.com", to: "web")],
        audit: AuditPolicy(requiresSignature: true), promotesFrom: "staging")

    /// Built and pushed, and verified by staging.
    static var manifest: ReleaseManifest {
        var manifest = ReleaseManifest(
            application: "shop", version: "v1", commit: commit, tree: tree.tree, builtAt: 1_764_000_100, actor: "ana",
            images: [
                "api": .init(name: "ghcr.io/acme/api:v1", identity: digest("a"), digest: digest("b")),
                "web": .init(name: "ghcr.io/acme/web:v1", identity: digest("d"), digest: digest("f")),
            ])
        manifest.verify(in: "staging", at: 1_764_000_200, actor: "ana", runURL: "")
        return manifest
    }

    /// The same, in no registry.
    static var unpushedManifest: ReleaseManifest {
        var manifest = manifest
        for service in manifest.images.keys { manifest.images[service]?.digest = nil }
        return manifest
    }

    /// What is found where the images are as the manifest says.
    static func found(_ delivery: ImageDelivery) -> [String: ImagePin] {
        manifest.images.mapValues {
            ImagePin(name: $0.name, digest: delivery == .registry ? $0.digest ?? $0.identity : $0.identity)
        }
    }

    /// A project with a store, a service that is built, and one that is pulled.
    static let model = ComposeModel(
        interpolated: [
            "name": "shop",
            "services": [
                "web": [
                    "build": [
                        "context": "/repo/web", "dockerfile": "Dockerfile", "target": "final",
                        "args": ["VERSION": "v$$1", "FROM_RUNNER": .null], "cache_from": ["type=gha"],
                        "cache_to": ["type=gha,mode=max"], "secrets": [["source": "npm"]],
                        "labels": ["team": "web", "org.opencontainers.image.version": "old"],
                    ],
                    "image": "ghcr.io/acme/web:v1", "platform": "linux/amd64", "ports": [["target": 8080]],
                    "environment": ["API_KEY": "not for a build"],
                ],
                "proxy": ["image": "nginx:1.27"],
                "db": ["image": "postgres:17", "volumes": [["type": "volume", "source": "d", "target": "/var/lib"]]],
            ],
            "secrets": ["npm": ["environment": "NPM_TOKEN"]],
            "volumes": ["d": .object([:])],
        ],
        uninterpolated: nil, files: ProjectFiles(root: "/repo", paths: [:]))

    static let labels = BuildLabels(tree: tree, version: "v1", source: "https://github.com/acme/shop")
}
