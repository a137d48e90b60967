internal import DeployKit

/// A release manifest in words.
enum ManifestText {
    /// Renders a manifest.
    ///
    /// - Parameters:
    ///   - manifest: The manifest.
    ///   - source: The environment whose word for it counts here; nil where none does.
    /// - Returns: Some lines, the last one ended.
    static func render(_ manifest: ReleaseManifest, promotedFrom source: String?) -> String {
        var text = "Release \(manifest.version) of \(manifest.application), from commit \(manifest.commit.prefix(12))\n"
        if let word = source.flatMap(manifest.verification) {
            let page = word.runURL.isEmpty ? "" : ", \(word.runURL)"
            text += "Nothing is built: it serves \(word.environment) since \(UTCTime.text(word.at))\(page)\n"
        }
        var table = Table("  service", "image", "identity", "in its registry")
        for (service, image) in manifest.images.sorted(by: { $0.key < $1.key }) {
            table.add("  \(service)", image.name, image.identity.short, image.digest?.short ?? "-")
        }
        return text + table.text
    }
}
