internal import DeployKit

extension StepSummary {
    /// What a build made or took over: the image of each service, why, and how long it took.
    ///
    /// - Parameters:
    ///   - manifest: The manifest.
    ///   - word: The word of the environment whose images are taken over; nil where they were built.
    ///   - reason: Why none were taken over, in a sentence; empty where nobody asked for it.
    ///   - duration: How long it took.
    /// - Returns: A part of the page.
    func build(
        _ manifest: ReleaseManifest, takenOverBy word: ReleaseManifest.Verification?, because reason: String,
        after duration: Duration
    ) -> String {
        let verb = word == nil ? "built" : "taken over"
        var text = heading(
            "📦", "release \(manifest.version) of \(manifest.application) is \(verb), after \(duration.inWords)")
        if let word {
            text += "Nothing was built: it serves \(escaped(word.environment)) since \(UTCTime.text(word.at))"
            text += (word.runURL.isEmpty ? "" : ", " + Markdown.link("run", to: word.runURL)) + ".\n\n"
        } else if !reason.isEmpty {
            text += "It was built, since \(escaped(reason)).\n\n"
        }
        text += Markdown.table(
            ["Service", "Image", "Identity", "In its registry"],
            manifest.images.sorted { $0.key < $1.key }.map { service, image in
                [
                    escaped(service), escaped(image.name), "`\(image.identity.short)`",
                    image.digest.map { "`\($0.short)`" } ?? "-",
                ]
            })
        return text + links(nil)
    }
}
