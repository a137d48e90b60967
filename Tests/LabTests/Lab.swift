import DeployKit
import FoundationEssentials
import Testing

/// The lab of this machine: real droplets, as `Scripts/lab` makes them.
///
/// The tests that need it run with `DEPLOYKIT_LAB=1`, or `all`; `Scripts/test` sets that once the lab is prepared.
enum Lab {
    private static let word = ProcessInfo.processInfo.environment["DEPLOYKIT_LAB"]

    /// Whether the lab's tests run.
    static let isEnabled = word == "1" || isThorough

    /// Whether they try every case, with `DEPLOYKIT_LAB=all`; else only those that tell the most.
    static let isThorough = word == "all"

    /// All cases, or those that tell the most.
    static func cases<Case>(_ all: [Case], telling: [Case]) -> [Case] { isThorough ? all : telling }

    /// Every third case, unless every one is tried.
    static func third<Case>(of all: [Case]) -> [Case] {
        isThorough ? all : all.enumerated().filter { $0.offset.isMultiple(of: 3) }.map(\.element)
    }

    /// The folder of the package.
    static let package = String(#filePath.dropLast("Tests/LabTests/Lab.swift".count))

    /// Whether this machine has a Rust that the example's gates can use: 1.85 brought its edition.
    static func hasRust() async -> Bool {
        let script = """
            cargo fmt --version && cargo clippy --version && cargo --version | awk '{ split($2, v, "."); exit v[2] < 85 }'
            """
        return (try? await run(["sh", "-euc", script]))?.isSuccess == true
    }

    /// Runs a program in the package's folder; what it prints has to be kept small.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], deadline: Duration = .seconds(300)
    ) async throws -> CommandResult {
        let assignments = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let command = Command(["env", "-C", package] + assignments + arguments, deadline: deadline)
        return try await LocalShell().run(command)
    }

    /// Runs a program that has to succeed, and returns what it printed.
    @discardableResult
    static func output(
        _ arguments: [String], environment: [String: String] = [:], deadline: Duration = .seconds(300)
    ) async throws -> String {
        let result = try await run(arguments, environment: environment, deadline: deadline)
        try #require(
            result.isSuccess, "\(arguments.joined(separator: " ")): \(result.errorOutput.suffix(2000))\(result.output)")
        return result.output
    }
}

extension Trait where Self == ConditionTrait {
    /// Only where every case is tried: what takes long, and of which others tell the most.
    static var thorough: Self { .enabled("tried with DEPLOYKIT_LAB=all") { Lab.isThorough } }
}
