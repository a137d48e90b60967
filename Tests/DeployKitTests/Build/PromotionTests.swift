import Testing

@testable import DeployKit

struct PromotionTests {
    let production = BuildFixture.production

    private func reason(
        _ manifest: ReleaseManifest = BuildFixture.manifest, from tree: SourceTree = BuildFixture.tree,
        to environment: Environment = BuildFixture.production
    ) -> String? {
        guard case .build(let reason) = Promotion(manifest, from: tree, to: environment) else { return nil }
        return reason
    }

    @Test func `images that staging verified are taken over when the files are the same`() {
        var tree = BuildFixture.tree
        tree.commit = String(repeating: "9", count: 40)
        #expect(Promotion(BuildFixture.manifest, from: tree, to: production) == .promote(BuildFixture.manifest))
    }

    @Test func `other files are built`() {
        var tree = BuildFixture.tree
        tree.tree = String(repeating: "0", count: 40)
        #expect(reason(from: tree)?.contains("are not those of commit cccccccccccc") == true)
    }

    @Test func `files that no commit has are built, on either side`() {
        var tree = BuildFixture.tree
        tree.changedFiles = ["a", "b", "c", "d", "e"]
        #expect(reason(from: tree) == "the working tree is not its commit (a, b, c and 2 more)")
        var manifest = BuildFixture.manifest
        manifest.version += ReleaseManifest.dirtySuffix
        #expect(reason(manifest) == "version v1-dirty was built from files that no commit has")
    }

    @Test func `images that only another environment verified are built`() {
        var manifest = BuildFixture.manifest
        manifest.verifications = []
        #expect(reason(manifest) == "staging has not verified the images of commit cccccccccccc")
        manifest.verify(in: "preview", at: 1, actor: "ana", runURL: "")
        #expect(reason(manifest) == "staging has not verified the images of commit cccccccccccc")
    }

    @Test func `an environment that takes over from no other builds`() {
        #expect(reason(to: BuildFixture.staging) == "staging takes over the images of no other environment")
    }
}
