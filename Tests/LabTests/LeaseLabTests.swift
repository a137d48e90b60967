import DeployKit
import FoundationEssentials
import Glibc
import Testing

/// The lease and its fence, with runners that really die.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct LeaseLabTests {
    @Test func `is held by one at a time, and says by whom`() async throws {
        try await LabDroplet.withSmallApplication { droplet, _ in
            try await droplet.leased(by: "first") { _ in
                let error = await #expect(throws: LeaseError.self) {
                    try await droplet.leased(by: "second") { _ in }
                }
                guard case .held(let owner)? = error else {
                    Issue.record("expected that the lease is held, not \(String(describing: error))")
                    return
                }
                #expect(owner.actor == "first")
                #expect(owner.since > 1_700_000_000)
            }
            try await droplet.leased(by: "third") { _ in }
        }
    }

    @Test func `waits as long as it was told`() async throws {
        try await LabDroplet.withSmallApplication { droplet, _ in
            let (taken, continuation) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await droplet.leased(by: "first") { _ in
                        continuation.finish()
                        try await Task.sleep(for: .seconds(1))
                    }
                }
                for await _ in taken {}
                try await droplet.leased(by: "second", waiting: .seconds(20)) { leased in
                    let holder = try await leased.observe().leaseOwner
                    #expect(holder?.actor == "second")
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `a runner that is killed frees it, and its late command takes no effect`() async throws {
        try await LabDroplet.with("shell-droplet") { lab in
            let settings = try SSHSettings(RuntimeSettings(from: lab.settings))
            try await SSHShell.withConnection(settings) { survivor in
                let next = LabDroplet.droplet(over: survivor)
                let directory = ShellDroplet.directory(of: SmallApplication.environment)
                let (tokens, continuation) = AsyncStream<String>.makeStream()
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        // This runner dies in the middle of a command.
                        do {
                            try await SSHShell.withConnection(settings) { shell in
                                try await LabDroplet.droplet(over: shell).leased(by: "dies") { _ in
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
                    let died = ContinuousClock.now
                    do {
                        try await next.leased(by: "next", waiting: .seconds(30)) { _ in
                            let waited = died.duration(to: .now)
                            #expect(waited > .seconds(2) && waited < .seconds(8), "waited \(waited) for the straggler")
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
