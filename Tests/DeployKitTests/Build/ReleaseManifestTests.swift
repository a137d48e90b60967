import Testing

@testable import DeployKit

struct ReleaseManifestTests {
    let manifest = BuildFixture.manifest

    private func envelope(_ key: AuditKey?, _ manifest: ReleaseManifest? = nil) throws -> SignedEnvelope {
        try SignedEnvelope(manifest ?? self.manifest, type: ReleaseManifest.mediaType, key: key)
    }

    private func open(
        _ envelope: SignedEnvelope, for environment: Environment, _ key: AuditPublicKey? = nil
    ) throws(DeployError) -> ReleaseManifest {
        try ReleaseManifest.open(envelope, for: environment, signing: SigningSettings(publicKey: key))
    }

    @Test func `a signed manifest is read as it was written`() throws {
        let key = try AuditKey.generate()
        let read = try open(envelope(key), for: BuildFixture.production, key.publicKey)
        #expect(read == manifest)
        #expect(read.verification(by: "staging")?.at == 1_764_000_200)
    }

    @Test func `an environment that wants signatures takes none without a key, nor an unsigned or a changed manifest`()
        throws
    {
        let key = try AuditKey.generate()
        let missing = #expect(throws: DeployError.self) { try open(envelope(key), for: BuildFixture.production) }
        #expect(missing?.next.contains("DEPLOYKIT_SIGNING_PUBLIC_KEY") == true)
        var changed = try envelope(key)
        var other = manifest
        other.images["web"]?.identity = BuildFixture.digest("0")
        changed.payload = try envelope(nil, other).payload
        for envelope in [try envelope(nil), changed, try envelope(AuditKey.generate())] {
            let error = #expect(throws: DeployError.self) {
                try open(envelope, for: BuildFixture.production, key.publicKey)
            }
            #expect(error?.code == .refused)
        }
    }

    @Test func `one that needs no signature takes an unsigned manifest, of its own application only`() throws {
        #expect(try open(envelope(nil), for: BuildFixture.staging) == manifest)
        var other = manifest
        other.application = "blog"
        #expect(throws: DeployError.self) { try open(envelope(nil, other), for: BuildFixture.staging) }
    }

    @Test func `sources other than those that are checked out are refused`() throws {
        try manifest.check(against: BuildFixture.tree)
        var tree = BuildFixture.tree
        tree.tree = "0"
        let error = #expect(throws: DeployError.self) { try manifest.check(against: tree) }
        #expect(error?.code == .refused)
        #expect(error?.next.contains("cccccccccccc") == true)
    }

    @Test func `images that are looked for are the manifest's, by name in an engine and by digest in a registry`()
        throws
    {
        let project = ["api": "api", "web": "web"]
        #expect(
            try manifest.names(for: project, delivery: .overSSH)
                == ["api": "ghcr.io/acme/api:v1", "web": "ghcr.io/acme/web:v1"])
        #expect(
            try manifest.names(for: project, delivery: .registry)
                == [
                    "api": "ghcr.io/acme/api@\(BuildFixture.digest("b"))",
                    "web": "ghcr.io/acme/web@\(BuildFixture.digest("f"))",
                ])
    }

    @Test func `a project with other services, and an image that no droplet can pull, are refused`() {
        let other = #expect(throws: DeployError.self) {
            try manifest.names(for: ["api": "api", "worker": "worker"], delivery: .overSSH)
        }
        #expect(other?.code == .image)
        #expect(other?.message.hasSuffix("web, worker") == true)
        var local = manifest
        local.images["web"]?.digest = nil
        let error = #expect(throws: DeployError.self) {
            try local.names(for: ["api": "api", "web": "web"], delivery: .registry)
        }
        #expect(error?.message.contains("ghcr.io/acme/web:v1 of web was built and not pushed") == true)
    }

    @Test(arguments: [ImageDelivery.overSSH, .registry])
    func `images that are there are pinned, and each that is another or missing is named`(delivery: ImageDelivery)
        throws
    {
        var found = BuildFixture.found(delivery)
        #expect(try manifest.pins(of: found, delivery: delivery) == found)
        found["web"]?.digest = BuildFixture.digest("0")
        found["api"] = nil
        let error = #expect(throws: DeployError.self) { try manifest.pins(of: found, delivery: delivery) }
        #expect(error?.code == .image)
        #expect(error?.message == "2 images are not what the release manifest says")
        #expect(error?.evidence.first?.hasPrefix("api: ghcr.io/acme/api:v1 is missing") == true)
        #expect(error?.evidence.last?.hasPrefix("web: ghcr.io/acme/web:v1 is 000000000000") == true)
    }

    @Test func `an environment has one word for a manifest, its last`() {
        var manifest = manifest
        manifest.verify(in: "staging", at: 1_764_000_900, actor: "ben", runURL: "")
        #expect(manifest.verifications.map(\.at) == [1_764_000_900])
    }
}
