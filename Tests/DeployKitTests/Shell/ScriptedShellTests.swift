import DeployKit
import DeployKitTesting
import Synchronization
import Testing

struct ScriptedShellTests {
    let shell = ScriptedShell()

    @Test func `answers what is expected and remembers it`() async throws {
        shell.expect(Command(["a"]), output: "one\ntwo\n")
        shell.expect("anything with b", repeats: true, where: { $0.arguments.contains("b") }) { _ in
            CommandResult(status: 1)
        }
        let lines = Mutex<[String]>([])
        _ = try await shell.run(Command(["a"])) { line in lines.withLock { $0.append(line) } }
        #expect(lines.withLock { $0 } == ["one", "two"])
        #expect(try await shell.run(Command(["b"])).status == 1)
        #expect(try await shell.run(Command(["b", "c"])).status == 1)
        #expect(shell.commands.map(\.arguments) == [["a"], ["b"], ["b", "c"]])
        try shell.finish()
    }

    @Test func `names a command that nobody expects`() async throws {
        shell.expect(Command(["a"]))
        let error = await #expect(throws: ScriptedShell.UnexpectedCommand.self) {
            try await shell.run(Command(["rm", "-rf"]))
        }
        #expect(error?.description == #"unexpected command ["rm", "-rf"]; expected: ["a"]"#)
    }

    @Test func `names what was never run`() async throws {
        shell.expect(Command(["a"]))
        let error = #expect(throws: ScriptedShell.UnmetExpectations.self) { try shell.finish() }
        #expect(error?.description == #"never run: ["a"]"#)
    }
}
