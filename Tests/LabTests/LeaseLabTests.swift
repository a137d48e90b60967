import DeployKit
import FoundationEssentials
import Glibc
import Testing

/// The lease and its fence, with a runner that really dies.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct LeaseLabTests {
    @Test func `a runner that is killed frees it, and its late command takes no effect`() async throws {
        try await LabDroplet.with("shell-droplet") { lab in
            let settings = try SSHSettings(RuntimeSettings(from: lab.settings))
            try await SSHShell.withConnection(settings) { survivor in
                let next = SmallApplication(lab: lab, shell: survivor)
                let directory = ShellDroplet.directory(of: next.environment)
                let (tokens, continuation) = AsyncStream<String>.makeStream()
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        // This runner dies in the middle of a command.
                        do {
                            try await SSHShell.withConnection(settings) { shell in
                                try await SmallApplication(lab: lab, shell: shell).droplet.leased(by: "dies") { _ in
                                    let token = try await survivor.output(of: Command(["cat", "\(directory)/token"]))
                                    continuation.yield(token)
                                    try await Self.die(shell, during: Self.fenced(directory, token: token))
                                }
                            }
                            Issue.record("a killed runner went on")
                        } catch {
                            #expect(error is LeaseError || error is ShellError, "\(error)")
                        }
                        continuation.finish()
                    }
                    let token = await tokens.reduce("") { $1 }
                    do {
                        try await next.droplet.leased(by: "next", waiting: .seconds(30)) { _ in
                            // It was let finish before the next owner began.
                            try await survivor.output(of: Command(["cat", "\(directory)/straggler"]))
                            let late = try await survivor.run(Self.fenced(directory, token: token, seconds: 0))
                            #expect(late.status == 75, "\(late)")
                        }
                    } catch { Issue.record(error) }
                }
            }
        }
    }

    /// A changing command as a former owner would send it: it takes a while, and leaves a file.
    private static func fenced(_ directory: String, token: String, seconds: Int = 5) -> Command {
        let script =
            #"exec 8>>"$1/busy"; flock -s 8; [ "$(cat "$1/token")" = "$2" ] || exit 75; "#
            + #"echo begun; sleep "$3"; echo done >"$1/straggler""#
        let words = token.filter { !$0.isNewline }
        return .script(script, [directory, words, String(seconds)], deadline: .seconds(20))
    }

    /// Kills the SSH connection of a runner once its command has begun.
    private static func die(_ shell: SSHShell, during command: Command) async throws {
        let master = try await shell.masterProcess
        _ = try await shell.run(command) { line in
            if line == "begun" { kill(master, SIGKILL) }
        }
    }
}
