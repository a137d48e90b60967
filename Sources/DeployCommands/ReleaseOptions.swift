internal import ArgumentParser
internal import DeployKit

/// What a build handed on to be deployed.
struct ReleaseOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The release manifest of a build: exactly its images, under its version.", valueName: "file"))
    var release: String?

    @Option(help: ArgumentHelp("The archive with the images of --release, of build --save.", valueName: "file"))
    var load: String?

    func validate() throws {
        if load != nil, release == nil { throw ValidationError("--load has the images of a --release FILE") }
    }
}

/// What a deploy says of the release that it was handed.
struct VerificationOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "Once it serves, write the manifest of --release here, with this environment's word for it; the same file "
                + "will do.", valueName: "file"))
    var verified: String?
}

extension ProjectOptions {
    /// Where the Compose project is.
    var source: ComposeSource {
        ComposeSource(
            files: files, projectDirectory: projectDirectory, profiles: profiles, environmentFiles: environmentFiles)
    }
}
