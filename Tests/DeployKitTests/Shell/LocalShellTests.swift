import DeployKit
import Synchronization
import Testing

struct LocalShellTests {
    let shell = LocalShell()

    @Test func `returns what a command printed and how it ended`() async throws {
        let result = try await shell.run(.script("echo out; echo err >&2; exit 3"))
        #expect(result == CommandResult(status: 3, output: "out\n", errorOutput: "err\n"))
    }

    @Test func `says the signal that ended a command as a shell does`() async throws {
        #expect(try await shell.run(.script("kill -TERM $$")).status == 143)
    }

    @Test func `hands a large input over and a large output back`() async throws {
        let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 3_000_000)
        let result = try await shell.run(Command(["cat"], input: Secret(bytes: bytes)))
        #expect(result.output.utf8.count == bytes.count)
    }

    @Test func `a command that does not read its input is no error`() async throws {
        let input = Secret(String(repeating: "x", count: 1_000_000))
        #expect(try await shell.run(Command(["true"], input: input)).isSuccess)
    }

    @Test func `kills a command that prints without end`() async throws {
        let error = await #expect(throws: ShellError.self) {
            try await shell.run(Command(["yes"], deadline: .seconds(30)))
        }
        #expect(error?.code == .failed)
    }

    @Test func `keeps the end of a long error output`() async throws {
        let result = try await shell.run(.script("yes | head -c 500000 >&2; echo last >&2"))
        #expect(result.errorOutput.utf8.count == 65536)
        #expect(result.errorOutput.hasSuffix("last\n"))
    }

    @Test func `hands lines on as they come, whatever their breaks`() async throws {
        let lines = Mutex<[String]>([])
        let script = #"printf 'one\r\ntwo\n\nthree\037\n'; printf 'no newline'; exit 4"#
        let result = try await shell.run(.script(script)) { line in lines.withLock { $0.append(line) } }
        #expect(lines.withLock { $0 } == ["one", "two", "", "three\u{1f}", "no newline"])
        #expect(result == CommandResult(status: 4))
    }

    @Test func `an error of the line handler ends the command`() async throws {
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await shell.run(.script("echo x; exec sleep 1000")) { _ in throw Stop() }
        }
    }

    @Test func `kills the whole process tree at the deadline`() async throws {
        try await ProcessMarker.with { marker in
            let command = Command.script(
                "echo begun >&2; sh -c \"$1\" & sh -c \"$1\"; true", [marker.holdScript], deadline: .milliseconds(1500))
            let error = await #expect(throws: ShellError.self) { try await shell.run(command) }
            #expect(error?.code == .deadline)
            #expect(error?.evidence == "begun")
            try await marker.awaitEnd()
        }
    }

    @Test func `the deadline holds for a command that has closed its output`() async throws {
        let command = Command.script("exec >&- 2>&-; exec sleep 1000", deadline: .milliseconds(100))
        let error = await #expect(throws: ShellError.self) { try await shell.run(command) }
        #expect(error?.code == .deadline)
    }

    @Test func `kills the whole process tree when it is cancelled`() async throws {
        try await ProcessMarker.with { marker in
            await withThrowingTaskGroup(of: Void.self) { group in
                let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
                group.addTask {
                    let command = Command.script("sh -c \"$1\" & echo begun; wait", [marker.holdScript])
                    _ = try await shell.run(command) { _ in continuation.yield() }
                }
                for await _ in begun { break }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            try await marker.awaitEnd()
        }
    }

    @Test func `names a program that does not exist`() async throws {
        for program in ["no-such-program-here", "./no-such-program-here"] {
            let error = await #expect(throws: ShellError.self) { try await shell.run(Command([program])) }
            #expect(error?.code == .notStarted)
            #expect(error?.message.contains(program) == true)
        }
    }

    @Test func `adds to the environment and runs in a directory`() async throws {
        let shell = LocalShell(environment: ["DEPLOYKIT_TEST": Secret("a b")], workingDirectory: "/usr")
        #expect(
            try await shell.output(of: .script("echo \"$DEPLOYKIT_TEST\"; pwd; echo \"${PATH:+path}\""))
                == "a b\n/usr\npath\n")
    }
}
