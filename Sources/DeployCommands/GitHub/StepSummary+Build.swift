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

/// How long a commit was on its way, and what of that took how long.
struct Journey: Sendable {
    /// A part of the way.
    struct Part: Sendable {
        var name: String
        var duration: Duration
    }

    /// From the push until the release served; nil where the push, or that it did, is not known.
    var whole: Duration?
    /// The parts that are known.
    var parts: [Part] = []
}

extension StepSummary {
    /// The way from the push to the release that serves; empty where nothing is known of it but the rollout.
    func journey(_ journey: Journey, rollout: Duration?) -> String {
        var text = journey.whole.map { "\n**From push to serving:** \($0.inWords)\n" } ?? ""
        if !journey.parts.isEmpty {
            let parts = journey.parts + (rollout.map { [Journey.Part(name: "Rollout", duration: $0)] } ?? [])
            text += "\n" + Markdown.table(["Part", "Time"], parts.map { [escaped($0.name), $0.duration.inWords] })
        }
        return text
    }
}
