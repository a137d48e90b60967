import DeployKitTesting
import Foundation
import Synchronization
import Testing

@testable import DeployKit

struct GateRunTests {
    let shell = ScriptedShell()
    let environment = Environment(application: "bankflow", name: "staging", branch: "staging", routes: [])

    /// What a gate's program is called with, behind the shell's own words and the folder.
    static func arguments(_ command: Command) -> [String] { Array(command.arguments.dropFirst(5)) }

    func expect(_ arguments: [String], _ result: CommandResult = CommandResult()) {
        shell.expect("\(arguments)", where: { Self.arguments($0) == arguments }, answer: { _ in result })
    }

    func run(
        _ gates: Gate..., shell: (any Shell)? = nil, jobs: Int = 2, variables: [String: String] = [:],
        in folder: String = "."
    ) async throws -> [GateResult] {
        try await GateRun(
            environment, of: ComposeSource(projectDirectory: folder), shell: shell ?? self.shell, variables: variables,
            options: GateOptions(jobs: jobs)
        ).run(gates)
    }

    func gate(_ name: String, _ arguments: [String], reader: GateReader = .exitStatus, tool: Gate.Tool? = nil) -> Gate {
        Gate(name, title: name, runs: .command(arguments), reader: reader, tool: tool)
    }

    @Test func `a program that ends with 0 has passed, one that does not has failed with its last words`() async throws
    {
        expect(["good"])
        expect(["bad"], CommandResult(status: 3, output: "one\n\u{1b}[31mtwo\u{1b}[0m\n"))
        let results = try await run(gate("good", ["good"]), gate("bad", ["bad"]))
        #expect(results.map(\.outcome) == [.passed, .failed])
        #expect(results.last?.reason == "bad ended with status 3")
        #expect(results.last?.tail == ["one", "two"])
        try shell.finish()
    }

    @Test func `findings are read out of what a program printed, with paths below the project's folder`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.url.resolvingSymlinksInPath().path
        expect(["fmt"], CommandResult(status: 1, output: "Diff in \(path)/web/src/a.rs:3:\n-b\n"))
        let results = try await run(gate("format", ["fmt"], reader: .cargoFormat), in: path)
        #expect(results.first?.findings.map(\.place) == ["web/src/a.rs:3"])
        #expect(results.first?.reason == "1 finding")
    }

    @Test func `a missing tool is a failure that says what installs it`() async throws {
        expect(["clippy", "--version"], CommandResult(status: 127))
        let results = try await run(
            gate("lint", ["clippy", "."], tool: Gate.Tool("clippy", install: "rustup component add clippy")))
        #expect(results.first?.outcome == .toolMissing)
        #expect(results.first?.outcome.isFailure == true)
        #expect(results.first?.reason == "clippy is not installed; rustup component add clippy installs it")
    }

    @Test func `where the environment does without it, a missing tool is said to be skipped`() async throws {
        expect(["trivy", "--version"], CommandResult(status: 127))
        expect(["grype", "version"], CommandResult(status: 127))
        let images = Gate("images", title: "Images", kind: .security, runs: .images, neededBy: ["production"])
        let results = try await run(images)
        #expect(results.first?.outcome == .skipped)
        #expect(
            results.first?.reason == "a scanner, trivy or grype, is not installed, and staging does without; "
                + "the command build looks at the images where one is")
        var production = environment
        production.name = "production"
        #expect(images.isNeeded(by: production))
    }

    @Test(arguments: [Gate.Runner.secrets, .migrations])
    func `without git, a gate that asks it says what installs it`(_ runner: Gate.Runner) async throws {
        shell.expect("git", where: { Self.arguments($0).first == "git" }, answer: { _ in CommandResult(status: 127) })
        var environment = environment
        environment.migrations = MigrationPolicy(.sql)
        let run = GateRun(environment, of: ComposeSource(), shell: shell, variables: [:])
        let result = try await run.result(of: Gate("gate", title: "Gate", runs: runner))
        #expect(result.outcome == .toolMissing, "\(result.reason)")
        #expect(result.reason == "git is not installed; apt-get install git installs it")
    }

    @Test(arguments: [true, false])
    func `without Docker, gates that run it say what installs it`(_ isInstalled: Bool) async throws {
        shell.expect("docker", repeats: true, where: { $0.arguments.first == "docker" }) { _ in
            throw ShellError(.notStarted, machine: "this machine", message: "docker could not be run")
        }
        shell.expect("its version", repeats: true, where: { Self.arguments($0) == ["docker", "--version"] }) { _ in
            CommandResult(status: isInstalled ? 0 : 127)
        }
        var test = gate("test", ["test"])
        test.services = ["postgres"]
        for result in try await run(Gate("compose", title: "Compose", runs: .compose), test) {
            #expect(result.outcome == (isInstalled ? .failed : .toolMissing), "\(result)")
            #expect(result.reason.contains("apt-get install docker") != isInstalled)
        }
    }

    @Test func `a program that is too slow is killed`() async throws {
        var slow = gate("slow", ["sleep", "600"])
        slow.timeLimit = .milliseconds(100)
        let results = try await run(slow, shell: LocalShell())
        #expect(results.first?.outcome == .timedOut)
        #expect(results.first?.reason == "it took longer than 100 ms")
    }

    /// A machine on which every program prints a line, and is too slow.
    private struct SlowShell: Shell {
        let machine = "a slow machine"

        func run(_ command: Command) async throws -> CommandResult {
            throw ShellError(.deadline, machine: machine, message: "it was killed")
        }

        func run(
            _ command: Command, onLine: @escaping @Sendable (String) async throws -> Void
        ) async throws -> CommandResult {
            try await onLine("begun")
            return try await run(command)
        }

        func hold<Value: Sendable>(
            _ command: Command, while body: @escaping @Sendable (_ lines: AsyncStream<String>) async throws -> Value
        ) async throws -> Value {
            throw ShellError(.deadline, machine: machine, message: "it was killed")
        }
    }

    @Test func `what a program printed before it was too slow is kept`() async throws {
        let results = try await run(gate("slow", ["test"]), shell: SlowShell())
        #expect(results.first?.outcome == .timedOut)
        #expect(results.first?.tail == ["begun"])
    }

    /// Lets each that comes wait until so many are there.
    private actor Meeting {
        private var missing: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(of count: Int) { missing = count }

        func arrive() async {
            missing -= 1
            guard missing > 0 else {
                for one in waiting { one.resume() }
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    @Test(.timeLimit(.minutes(10))) func `gates run side by side`() async throws {
        let meeting = Meeting(of: 3)
        shell.expect("a gate", repeats: true, where: { _ in true }) { _ in
            await meeting.arrive()
            return CommandResult()
        }
        let results = try await run(gate("a", ["a"]), gate("b", ["b"]), gate("c", ["c"]), jobs: 3)
        #expect(results.map(\.name) == ["a", "b", "c"])
    }

    @Test func `no more of them run than were asked for, and the results are in the gates' order`() async throws {
        let counts = Mutex((now: 0, most: 0))
        shell.expect("a gate", repeats: true, where: { _ in true }) { _ in
            counts.withLock { counts in
                counts.now += 1
                counts.most = max(counts.most, counts.now)
            }
            for _ in 0..<20 { await Task.yield() }
            counts.withLock { $0.now -= 1 }
            return CommandResult()
        }
        let gates = (0..<6).map { gate("g\($0)", ["g\($0)"]) }
        let run = GateRun(
            environment, of: ComposeSource(), shell: shell, variables: [:], options: GateOptions(jobs: 2))
        #expect(try await run.run(gates).map(\.name) == gates.map(\.name))
        #expect(counts.withLock(\.most) <= 2)
    }

    @Test func `a run that is cancelled kills what runs, and has no results`() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let environment = environment
        let gate = gate("slow", ["sleep", "60"])
        let running = Task {
            try await GateRun(environment, of: ComposeSource(), shell: LocalShell(), variables: [:]).run([gate]) { _ in
                begin.yield()
            }
        }
        _ = await begun.first { _ in true }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }

    @Test func `programs see no secret of this process, and nothing by which they could change later steps`()
        async throws
    {
        let variables = [
            "DEPLOYKIT_SIGNING_KEY": "a", "GH_TOKEN": "b", "POSTGRES_PASSWORD": "c", "GITHUB_ENV": "/x", "PATH": "/bin",
            "HOME": "/home/ana", "RUNNER_TEMP": "/tmp",
        ]
        #expect(variables.hiddenFromGates == ["DEPLOYKIT_SIGNING_KEY", "GH_TOKEN", "GITHUB_ENV", "POSTGRES_PASSWORD"])
        let own = LocalShell(
            environment: variables.filter { $0.key != "PATH" && $0.key != "HOME" }.mapValues { Secret($0) })
        let names = (variables.hiddenFromGates + ["RUNNER_TEMP"]).joined(separator: "|")
        let script = "env | grep -E '^(\(names))='; exit 1"
        let results = try await run(gate("env", ["sh", "-c", script]), shell: own, variables: variables)
        let printed = results.first?.tail ?? []
        #expect(printed == ["RUNNER_TEMP=/tmp"])
    }
}
