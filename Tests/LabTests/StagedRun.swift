import DeployKit
import FoundationEssentials
import Glibc
import Synchronization
import Testing

/// A run of `ci-stage` that a test disturbs at a moment that it chooses.
struct StagedRun: Sendable {
    /// What happened to a run, before a step of it.
    struct Moment: Sendable {
        /// The process of `ci-stage`.
        var process: Int32
        /// The step that begins, as `start`.
        var step: String
    }

    let droplet: LabDroplet
    var variables: [String: String] = [:]

    /// Deploys a version of the example, and lets something happen when a step of the rollout begins.
    ///
    /// - Parameters:
    ///   - version: A version that was built.
    ///   - release: What it is called.
    ///   - step: The step.
    ///   - disturb: What happens then, once, beside the run.
    /// - Returns: How the run ended.
    /// - Throws: What `disturb` throws.
    func deploy(
        _ version: String, as release: String, at step: String,
        _ disturb: @escaping @Sendable (Moment) async throws -> Void
    ) async throws -> CommandResult {
        try await run(try await droplet.deployment(of: version, as: release) + ["--output", "json"], at: step, disturb)
    }

    /// Deploys a version of the example, undisturbed.
    func deploy(_ version: String, as release: String? = nil, options: [String] = []) async throws -> CommandResult {
        let arguments = try await droplet.deployment(of: version, as: release) + options
        return try await Lab.run(
            droplet.command(arguments),
            environment: droplet.settings.merging(variables) { $1 })
    }

    /// Runs a command of `ci-stage`, and lets something happen when a step begins, which says `words` of itself.
    func run(
        _ arguments: [String], at step: String, saying words: String = "",
        _ disturb: @escaping @Sendable (Moment) async throws -> Void
    ) async throws -> CommandResult {
        let assignments = droplet.settings.merging(variables) { $1 }.sorted { $0.key < $1.key }
        // The shell becomes the program, so the number that it prints is the program's.
        let command = Command(
            ["env", "-C", Lab.package] + assignments.map { "\($0.key)=\($0.value)" }
                + ["sh", "-c", #"echo "process $$"; exec "$@""#, "sh"] + droplet.command(arguments),
            deadline: .seconds(300))
        let process = Mutex<Int32>(0)
        let (moments, continuation) = AsyncStream.makeStream(of: Moment.self)
        async let disturbance: Void = {
            for await moment in moments { return try await disturb(moment) }
        }()
        let lines = Mutex<[String]>([])
        var result = try await LocalShell().run(command) { line in
            lines.withLock { $0.append(line) }
            if line.hasPrefix("process "), let number = Int32(line.dropFirst("process ".count)) {
                process.withLock { $0 = number }
            }
            if line.contains(#""event":"began""#), line.contains(#""step":"\#(step)""#),
                words.isEmpty || line.contains(words)
            {
                continuation.yield(Moment(process: process.withLock { $0 }, step: step))
            }
        }
        continuation.finish()
        try await disturbance
        result.output = lines.withLock { $0 }.joined(separator: "\n")
        return result
    }
}

extension StagedRun.Moment {
    /// Sends a signal to the program.
    func send(_ signal: Int32) { kill(process, signal) }

    /// The program and all that it started, in whichever session.
    func family() async throws -> [Int32] {
        let script = #"""
            family() {
                echo "$1"
                for child in $(pgrep -P "$1"); do family "$child"; done
            }
            family "$1"
            """#
        return try await Lab.output(["sh", "-c", script, "sh", "\(process)"]).split(separator: "\n")
            .compactMap { Int32($0) }
    }
}
