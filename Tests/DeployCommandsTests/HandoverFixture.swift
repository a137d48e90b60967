import DeployKit
import DeployKitTesting
import FoundationEssentials

/// A folder for what jobs hand on, and a runner whose git and Docker are scripted.
final class HandoverFixture: Sendable {
    let folder: String
    let key: AuditKey
    /// The images of `api` and `site` at version `v1`, as the droplet in memory makes them.
    static let identities = ["api", "site"].map { ImagePin.fake($0, version: "v1").digest }

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "deploykit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        folder = url.path
        key = try AuditKey.generate()
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// The variables of a job that signs and checks.
    var variables: [String: String] { ["USER": "ana", "DEPLOYKIT_SIGNING_KEY": key.text.revealed] }

    /// The manifest in a file, its signature checked.
    func manifest(_ name: String) throws -> ReleaseManifest {
        try SignedEnvelope.read(path(name)).open(
            ReleaseManifest.self, type: ReleaseManifest.mediaType, signedBy: key.publicKey)
    }

    /// Lets git say what is checked out, as often as it is asked.
    func checkOut(_ tree: Character, changed: [String] = [], in shell: ScriptedShell) {
        let words = "\(String(repeating: "c", count: 40)) \(String(repeating: tree, count: 40)) 1764000000\n"
        let changes = changed.map { "?? \($0)\0" }.joined()
        shell.expect("git", repeats: true, where: { $0.arguments.contains("git") }) { command in
            if command.arguments.contains("symbolic-ref") { return CommandResult(output: "refs/heads/staging\n") }
            if command.arguments.contains("show") { return CommandResult(output: words) }
            if command.arguments.contains("status") { return CommandResult(output: changes) }
            return CommandResult(status: 1)
        }
    }

    /// Lets Docker build and have the images of `api` and `site`; all else of it succeeds.
    func answerAsDocker(identities: [Digest] = HandoverFixture.identities, in shell: ScriptedShell) {
        let services = ["api", "site"].map { name in
            #""\#(name)":{"build":{"context":"/repo"},"image":"\#(name)","ports":[{"target":8080}]}"#
        }
        let project = #"{"name":"bankflow","services":{\#(services.joined(separator: ","))}}"#
        shell.expect("docker", repeats: true, where: { _ in true }) { command in
            if command.arguments.contains("config") { return CommandResult(output: project) }
            if command.arguments.contains(where: { $0.contains("docker image inspect --format '{{.Id}}'") }) {
                return CommandResult(output: identities.map { "\($0)\n" }.joined())
            }
            return CommandResult(output: "/repo\n/root\n")
        }
    }
}
