import DeployKit
import Foundation

/// Runs commands on this machine, for the tests that ask the real `docker compose`.
struct ProcessShell: Shell {
    let machine = "this machine"
    /// Variables that every command sees beside those of the tests' own process.
    var variables: [String: String] = [:]

    /// Whether `docker compose` is there; no daemon is needed for what these tests do.
    static let hasCompose: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["docker", "compose", "version"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    func run(_ command: Command) async throws -> CommandResult {
        let folder = try TemporaryFolder()
        let files = ["in", "out", "err"].map { folder.url.appending(path: $0) }
        try Data(command.input.revealed.utf8).write(to: files[0])
        for file in files.dropFirst() { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command.arguments
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return CommandResult(
            status: Int(process.terminationStatus),
            output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
            errorOutput: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
        )
    }

    func run(
        _ command: Command,
        onLine: @escaping @Sendable (String) async throws -> Void
    ) async throws -> CommandResult {
        let result = try await run(command)
        for line in result.output.split(separator: "\n") { try await onLine(String(line)) }
        return CommandResult(status: result.status, errorOutput: result.errorOutput)
    }
}

/// A folder that is there as long as this value.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "deploykit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// Writes a file, and the folders that it is in.
    func write(_ text: String, to path: String) throws {
        let file = url.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
