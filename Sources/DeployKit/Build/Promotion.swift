/// Whether images that another environment verified are deployed, or new ones are built.
public enum Promotion: Sendable, Hashable {
    /// The images of this manifest are those of the source, and verified.
    case promote(ReleaseManifest)
    /// They have to be built; why, in a sentence.
    case build(because: String)

    /// Decides.
    ///
    /// - Parameters:
    ///   - manifest: The other environment's manifest, its signature checked.
    ///   - tree: What is checked out.
    ///   - environment: Where the release goes.
    public init(_ manifest: ReleaseManifest, from tree: SourceTree, to environment: Environment) {
        if let source = environment.promotesFrom {
            if let difference = manifest.difference(from: tree) {
                self = .build(because: difference)
            } else if manifest.verification(by: source) == nil {
                self = .build(
                    because: "\(source) has not verified the images of commit \(manifest.commit.prefix(12))")
            } else {
                self = .promote(manifest)
            }
        } else {
            self = .build(because: "\(environment.name) takes over the images of no other environment")
        }
    }
}
