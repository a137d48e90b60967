internal import DeployKit
internal import FoundationEssentials

/// The release that another environment verified, as an artifact of one of its workflow runs.
///
/// Its name has the hash of the source tree, so that the run does not have to be known. Whoever can write artifacts can
/// make one of that name: what counts is the signature of the manifest in it.
struct VerifiedArtifact: Sendable {
    /// What stands for it in place of a file: `--promote github`.
    static let option = "github"

    /// The manifest.
    var manifest: String
    /// The archive with the images; nil where a registry has them.
    var archive: String?

    /// The name of the artifact of a source tree, as the workflows give it.
    static func name(of tree: SourceTree) -> String { "deploykit-release-\(tree.tree)" }

    /// Gets it with GitHub's own command line.
    ///
    /// - Parameters:
    ///   - tree: What is checked out.
    ///   - context: `GITHUB_REPOSITORY` says where, `RUNNER_TEMP` where to, and `GH_TOKEN` lets in.
    /// - Returns: The files; or, in a sentence, why there are none.
    /// - Throws: `CancellationError` when the run is cancelled.
    static func download(of tree: SourceTree, in context: CommandContext) async throws -> Result<Self, Missing> {
        let name = name(of: tree)
        let folder = (context.variables["RUNNER_TEMP"] ?? "/tmp") + "/\(name)"
        let repository = context.variables["GITHUB_REPOSITORY"].map { ["--repo", $0] } ?? []
        let result: CommandResult
        do {
            // What an earlier try left would be in the way.
            result = try await context.shell.run(
                .script(
                    #"rm -rf "$1"; shift; exec "$@""#,
                    [folder, "gh", "run", "download", "--name", name, "--dir", folder] + repository,
                    deadline: .seconds(600)))
        } catch let error as ShellError {
            return .failure(Missing(reason: "GitHub's command line could not be run: \(error.message)"))
        }
        guard result.isSuccess else {
            let why = result.errorOutput.lastLines(1)
            return .failure(Missing(reason: "GitHub has no release of these files that was verified (\(why))"))
        }
        let archive = folder + "/images.tar"
        return .success(
            Self(
                manifest: folder + "/release.json",
                archive: FileManager.default.fileExists(atPath: archive) ? archive : nil))
    }

    /// Why there is none.
    struct Missing: Error {
        var reason: String
    }
}
