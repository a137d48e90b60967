import DeployKit
import Glibc
import Testing

@Suite(.enabled(if: SSHServer.isInstalled))
struct SSHShellTests {
    @Test func `runs commands as they are, with their input`() async throws {
        try await SSHServer.with { server in
            try await SSHShell.withConnection(server.settings) { shell in
                #expect(shell.machine == "\(server.user)@127.0.0.1:\(server.port)")
                let nasty = ["it's", "$HOME", "a b", "", "\n", "*"]
                let printed = try await shell.output(of: Command(["printf", "<%s>"] + nasty))
                #expect(printed == nasty.map { "<\($0)>" }.joined())
                let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
                let command = Command.script("wc -c; echo err >&2; exit 3", input: Secret(bytes: bytes))
                let result = try await shell.run(command)
                #expect(result == CommandResult(status: 3, output: "300000\n", errorOutput: "err\n"))
                #expect(try await shell.run(.script("exit 255")).status == 255)
            }
            #expect(server.connections == 1)
        }
    }

    @Test func `runs twenty commands at once over one connection`() async throws {
        try await SSHServer.with { server in
            try await SSHShell.withConnection(server.settings) { shell in
                let outputs = try await withThrowingTaskGroup(of: String.self) { group in
                    for number in 0..<20 {
                        group.addTask { try await shell.output(of: Command(["echo", "\(number)"])) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(Set(outputs) == Set((0..<20).map { "\($0)\n" }))
            }
            #expect(server.connections == 1)
        }
    }

    @Test func `leaves no file and no master behind`() async throws {
        try await SSHServer.with { server in
            let (directory, master) = try await SSHShell.withConnection(server.settings) { shell in
                let directory = shell.controlDirectory
                // The key is on disk no longer than it takes to connect.
                #expect(try await LocalShell().output(of: Command(["ls", directory])) == "control\n")
                #expect(try await LocalShell().output(of: Command(["stat", "-c", "%a", directory])) == "700\n")
                return (directory, try await shell.masterProcess)
            }
            #expect(access(directory, F_OK) != 0)
            #expect(kill(master, 0) != 0)
        }
    }

    @Test func `a dead master is an error and never a second connection`() async throws {
        try await SSHServer.with { server in
            try await SSHShell.withConnection(server.settings) { shell in
                kill(try await shell.masterProcess, SIGKILL)
                for _ in 0..<2 {
                    let error = await #expect(throws: ShellError.self) { try await shell.run(Command(["true"])) }
                    #expect(error?.code == .connectionLost)
                }
            }
            #expect(server.connections == 1)
        }
    }

    @Test func `a command that runs when the connection dies fails, and so does what is held`() async throws {
        try await SSHServer.with { server in
            try await SSHShell.withConnection(server.settings) { shell in
                try await ProcessMarker.with { marker in
                    let error = await #expect(throws: ShellError.self) {
                        try await shell.hold(.script("echo ready; cat")) { lines in
                            _ = await lines.first { _ in true }
                            await runsUntilTheConnectionDies(shell, marker)
                            try await Task.sleep(for: .seconds(100))
                        }
                    }
                    #expect(error?.code == .connectionLost)
                    try await marker.releaseReaders()
                }
            }
        }
    }

    private func runsUntilTheConnectionDies(_ shell: SSHShell, _ marker: ProcessMarker) async {
        do {
            _ = try await shell.run(.script("echo begun; exec cat <\"$1\"", [marker.path])) { _ in
                kill(try await shell.masterProcess, SIGKILL)
            }
            Issue.record("the command outlived its connection")
        } catch let error as ShellError {
            #expect(error.code == .connectionLost)
        } catch {
            #expect(error is CancellationError)
        }
    }

    @Test func `kills a command on the droplet past its deadline`() async throws {
        try await SSHServer.with { server in
            try await SSHShell.withConnection(server.settings) { shell in
                try await ProcessMarker.with { marker in
                    let command = Command.script(
                        "echo begun >&2; sh -c \"$1\" & sh -c \"$1\"; true", [marker.holdScript],
                        deadline: .milliseconds(500))
                    let error = await #expect(throws: ShellError.self) { try await shell.run(command) }
                    #expect(error?.code == .deadline)
                    #expect(error?.evidence == "begun")
                    try await marker.awaitEnd()
                }
            }
        }
    }

    @Test func `what is held ends when the connection does`() async throws {
        try await SSHServer.with { server in
            try await ProcessMarker.with { marker in
                await #expect(throws: ShellError.self) {
                    try await SSHShell.withConnection(server.settings) { shell in
                        let script = "exec 3>\"$1\"; echo ready; cat >/dev/null"
                        try await shell.hold(.script(script, [marker.path])) { lines in
                            _ = await lines.first { _ in true }
                            kill(try await shell.masterProcess, SIGKILL)
                            try await Task.sleep(for: .seconds(100))
                        }
                    }
                }
                try await marker.awaitEnd()
            }
        }
    }

    @Test func `forwards a port once, to a socket and to a port`() async throws {
        try await SSHServer.with { server in
            try await SSHShell.withConnection(server.settings) { shell in
                // The SSH server itself is a port of the droplet that greets whoever connects.
                let path = try await shell.socket(forwardedTo: server.port)
                #expect(try await shell.socket(forwardedTo: server.port) == path)
                let port = try await shell.localPort(forwardedTo: server.port)
                #expect(try await shell.localPort(forwardedTo: server.port) == port)
                #expect(port != server.port)
                #expect(access(path, F_OK) == 0)
                let scan = Command(["ssh-keyscan", "-p", "\(port)", "127.0.0.1"])
                #expect(try await LocalShell().output(of: scan).contains("ssh-ed25519"))
            }
        }
    }

    @Test(.enabled("python3 is not installed") { await LoopbackServer.isInstalled })
    func `HTTP goes through the connection to the droplet`() async throws {
        try await SSHServer.with { server in
            try await LoopbackServer.with(.port) { droplet in
                try await SSHShell.withConnection(server.settings) { shell in
                    let socket = try await shell.socket(forwardedTo: Int(droplet.address) ?? 0)
                    let request = HTTPRequest(url: "http://shop.example.com/echo", connectTo: .socket(socket))
                    let answer = try await CurlTransport().send(request)
                    #expect(answer.text.contains("Host: shop.example.com"))
                }
            }
        }
    }
}
