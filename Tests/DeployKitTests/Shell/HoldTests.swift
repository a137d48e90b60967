import DeployKit
import DeployKitTesting
import Testing

struct HoldTests {
    let shell = LocalShell()

    @Test func `keeps the input open until the body ends, then awaits the command`() async throws {
        let path = try await shell.output(of: .script("printf %s \"$(mktemp)\""))
        let command = Command.script(
            "read first; echo \"got $first\"; cat >/dev/null; echo end >\"$1\"", [path],
            input: Secret("hello\n"))
        let line = try await shell.hold(command) { lines in
            var lines = lines.makeAsyncIterator()
            return await lines.next()
        }
        #expect(line == "got hello")
        #expect(try await shell.output(of: .script("cat \"$1\"; rm \"$1\"", [path])) == "end\n")
    }

    @Test func `cancels the body when the command ends early`() async throws {
        let error = await #expect(throws: ShellError.self) {
            try await shell.hold(.script("echo ready; echo why >&2; exit 7")) { _ in
                try await Task.sleep(for: .seconds(100))
            }
        }
        #expect(error?.code == .connectionLost)
        #expect(error?.status == 7)
        #expect(error?.evidence == "why")
    }

    @Test func `an error of the body wins over the early end`() async throws {
        struct Held: Error {}
        await #expect(throws: Held.self) {
            try await shell.hold(.script("echo held; echo owner; exit 75")) { lines in
                var all: [String] = []
                for await line in lines { all.append(line) }
                #expect(all == ["held", "owner"])
                throw Held()
            }
        }
    }

    @Test func `kills the command when it is cancelled`() async throws {
        await withThrowingTaskGroup(of: Void.self) { group in
            let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                try await shell.hold(.script("echo ready; cat")) { lines in
                    for await _ in lines { continuation.yield() }
                    try Task.checkCancellation()
                }
            }
            for await _ in begun { break }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
    }

    @Test func `a cancelled body ends what it does while the command still runs`() async throws {
        await withThrowingTaskGroup(of: Bool.self) { group in
            let (begun, continuation) = AsyncStream.makeStream(of: Void.self)
            group.addTask {
                try await shell.hold(.script("echo $$; cat >/dev/null")) { lines in
                    var process = ""
                    for await line in lines {
                        process = line
                        continuation.yield()
                    }
                    let check = Command.script(#"kill -0 "$1""#, [process])
                    return try await Task { try await shell.run(check).isSuccess }.value
                }
            }
            for await _ in begun { break }
            group.cancelAll()
            do { #expect(try await group.next() == true) } catch { Issue.record(error) }
        }
    }

    @Test func `names a program that does not exist`() async throws {
        let error = await #expect(throws: ShellError.self) {
            try await shell.hold(Command(["no-such-program-here"])) { _ in }
        }
        #expect(error?.code == .notStarted)
    }

    @Test func `a scripted shell holds too`() async throws {
        let shell = ScriptedShell()
        shell.expect(Command(["lease"]), output: "ready\n")
        shell.expect(Command(["lease"]), result: CommandResult(status: 75, output: "held\n"))
        let first = try await shell.hold(Command(["lease"])) { lines in await lines.first { _ in true } }
        #expect(first == "ready")
        let error = await #expect(throws: ShellError.self) {
            try await shell.hold(Command(["lease"])) { _ in try await Task.sleep(for: .seconds(100)) }
        }
        #expect(error?.code == .connectionLost)
        try shell.finish()
    }
}
