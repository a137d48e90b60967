import FoundationEssentials

/// The files and variables that GitHub's runner gives to a step.
final class WorkflowFolder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "workflow-\(UInt64.random(in: 0...(.max)))")

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The variables of a step of the environment's own branch.
    func variables(_ others: [String: String] = [:]) -> [String: String] {
        [
            "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/bankflow", "GITHUB_RUN_ID": "7",
            "GITHUB_SERVER_URL": "https://github.com", "GITHUB_SHA": String(repeating: "c0ffee00", count: 5),
            "GITHUB_REF": "refs/heads/staging", "GITHUB_ACTOR": "ana", "GITHUB_STEP_SUMMARY": path("summary.md"),
            "GITHUB_OUTPUT": path("output"), "GITHUB_TOKEN": "sentinel-of-a-token",
        ].merging(others) { $1 }
    }

    func path(_ name: String) -> String { url.appending(path: name).path }

    /// Writes a file.
    func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: URL(filePath: path(name))) }

    /// What a file holds; empty where there is none.
    func text(_ name: String) -> String {
        (try? Data(contentsOf: URL(filePath: path(name)))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// The outputs of the steps, as the runner reads them; a later one wins.
    var outputs: [String: String] {
        var outputs: [String: String] = [:]
        var lines = text("output").split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let line = lines.popFirst() {
            guard let mark = line.firstRange(of: "<<") else { continue }
            let value = lines.prefix { $0 != line[mark.upperBound...] }
            outputs[String(line[..<mark.lowerBound])] = value.joined(separator: "\n")
            lines = lines.dropFirst(value.count + 1)
        }
        return outputs
    }
}
