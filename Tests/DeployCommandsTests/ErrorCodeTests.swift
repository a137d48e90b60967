import DeployKit
import FoundationEssentials
import Testing

/// What is said of exit codes in several places is the same everywhere.
struct ErrorCodeTests {
    private static let package = String(#filePath.dropLast("Tests/DeployCommandsTests/ErrorCodeTests.swift".count))

    private static func text(of path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: package + path)), as: UTF8.self)
    }

    @Test func `every kind of error is in the list of all, each with an exit code of its own`() throws {
        let source = try Self.text(of: "Sources/DeployKit/Rollout/DeployError.swift")
        let names = source.split(separator: "\n").compactMap { line -> String? in
            guard line.contains("public static let "), let name = line.split(separator: "\"").dropFirst().first else {
                return nil
            }
            return String(name)
        }
        #expect(names.count > 5)
        #expect(Set(names) == Set(DeployError.Code.all.map(\.name)))
        let codes = DeployError.Code.all.map(\.exitCode)
        #expect(codes == Set(codes).sorted())
        #expect(!codes.contains(0) && !codes.contains(64))
    }

    @Test(arguments: DeployError.Code.all.map(\.name))
    func `a kind of error is in the README, the help and the page of errors, with an example and a next command`(
        _ name: String
    ) async throws {
        let code = try #require(DeployError.Code.all.first { $0.name == name })
        #expect(try Self.text(of: "README.md").contains("\n| \(code.exitCode) | "))
        let run = CommandRun()
        #expect(await run("--help") == 0)
        let help = run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(help.contains("\(code.exitCode) \(code.words)"))

        let page = try Self.text(of: "docs/errors.md")
        #expect(page.contains("| [\(code.exitCode)](#\(code.exitCode)-\(name.lowercased())) | \(name) | "))
        let rest = try #require(page.firstRange(of: "\n## \(code.exitCode) \(name)\n").map { page[$0.upperBound...] })
        let section = rest.firstRange(of: "\n## ").map { rest[..<$0.lowerBound] } ?? rest
        let parts = section.split(separator: "```", omittingEmptySubsequences: false)
        #expect(parts.count >= 3 && parts.count % 2 == 1, "an example, or more")
        #expect(section.split(separator: "\n").last { $0.hasPrefix("Next: ") } != nil, "a next command")
    }

    @Test func `no page or table has a code that does not exist`() throws {
        let known = Set(DeployError.Code.all.map { String($0.exitCode) }).union(["0", "64"])
        for path in ["README.md", "docs/errors.md"] {
            for line in try Self.text(of: path).split(separator: "\n") where line.hasPrefix("| ") {
                let cell = line.dropFirst(2).prefix { $0 != "|" }.filter { $0 != " " }
                let number = cell.split { "[]()".contains($0) }.first.map(String.init) ?? ""
                if Int(number) != nil { #expect(known.contains(number), "\(path): \(line)") }
            }
        }
    }
}
