import DeployKitTesting
import Testing

@testable import DeployKit

struct ImageScriptTests {
    @Test(arguments: ImageScript.all)
    func `passes shellcheck`(script: ImageScript) async throws {
        let command = Command(["shellcheck", "--shell=sh", "-"], input: Secret("set -eu\n" + script.text))
        let result = try await LocalShell().run(command)
        #expect(result.isSuccess, "\(script.name): \(result.output)")
    }

    @Test
    func `takes an archive in, piece by piece, and refuses one that has a gap`() async throws {
        let shell = LocalShell()
        let directory = try await shell.output(of: Command(["mktemp", "-d"])).filter { !$0.isNewline }
        func receive(_ offset: String, _ text: String) async throws -> CommandResult {
            try await shell.run(ImageScript.receive.command([directory, "new", offset], input: Secret(text)))
        }
        _ = try await shell.run(
            ImageScript.receive.command([directory, "old", "0"], input: Secret("rest of a dead run")))
        #expect(try await receive("0", "one ").isSuccess)
        #expect(try await receive("4", "two").isSuccess)
        #expect(try await receive("9", "lost").isSuccess == false)
        #expect(try await shell.output(of: Command(["cat", "\(directory)/incoming-new"])) == "one two")
        #expect(try await shell.output(of: Command(["ls", directory])) == "incoming-new\n")
        #expect(
            try await shell.output(of: Command(["stat", "-c", "%a", "\(directory)/incoming-new"])) == "600\n")
        _ = try await shell.run(Command(["rm", "-r", directory]))
    }
}
