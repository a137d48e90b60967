import ArgumentParser
import DeployKit
import DeployKitTesting
import Testing

@testable import DeployCommands

/// Programs are answered by every command.
struct JSONOutputTests {
    /// The commands that do something, each with the names that lead to it.
    private static func leaves(
        of command: any ParsableCommand.Type, _ path: [String] = []
    ) -> [[String]] {
        let children = command.configuration.subcommands
        guard !children.isEmpty else { return [path] }
        return children.flatMap { child in leaves(of: child, path + [child.configuration.commandName ?? "?"]) }
    }

    @Test func `every command has the option`() async {
        let leaves = Self.leaves(of: RootCommand.self)
        #expect(leaves.count > 15)
        for path in leaves {
            let run = CommandRun()
            #expect(await run(path + ["--help"]) == 0)
            #expect(run.output.contains("--output"), "\(path)")
        }
    }

    @Test func `what they answer is JSON, whole or line by line`() async throws {
        let run = CommandRun()
        let key = try AuditKey.generate().text.revealed
        let file = try WorkflowFolder()
        for arguments in [
            ["rehearse"], ["plan", "--version", "v1"], ["deploy", "--version", "v1"], ["deploy", "--version", "v2"],
            ["rollback", "--plan"], ["rollback"], ["status"], ["logs"], ["releases"], ["maintenance", "on"],
            ["maintenance", "off"], ["prune"], ["doctor"], ["audit", "show"], ["audit", "verify"],
            ["audit", "export", "--to", file.path("trail")], ["audit", "keygen"],
            ["approve", "--commit", String(repeating: "a", count: 40), "--as", "ana"],
        ] {
            let variables = ["USER": "ana", "DEPLOYKIT_APPROVAL_KEY": key]
            #expect(await run(arguments + ["--output", "json"], variables: variables) == 0, "\(arguments)")
            let texts = run.output.hasPrefix("{\"") ? run.output.split(separator: "\n").map(String.init) : [run.output]
            for text in texts {
                #expect(throws: Never.self, "\(arguments): \(text)") { try JSONValue(parsing: text) }
            }
        }
    }
}
