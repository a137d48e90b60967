import DeployKit
import DeployKitTesting
import Testing

@testable import DeployCommands

struct AdapterTests {
    private let run = CommandRun()

    @Test func `plan shows what deploy would do and changes nothing`() async {
        #expect(await run("plan", "--version", "v1") == 0)
        #expect(run.output.contains("Deploy release v1 on bankflow-staging, slot blue"))
        #expect(run.output.contains("store postgres: made and started"))
        #expect(run.output.contains("Requests lost: none"))
        #expect(run.droplet.effects.isEmpty)
    }

    @Test func `plan speaks JSON to programs`() async {
        #expect(await run("plan", "--version", "v1", "--output", "json") == 0)
        #expect(run.output.hasPrefix("{\n"))
        #expect(run.output.contains(#""step" : "cut-over""#))
        #expect(run.output.contains(#""changes" : true"#))
    }

    @Test func `deploy shows each step and ends with what serves`() async {
        #expect(await run("deploy", "--version", "v1") == 0)
        #expect(run.output.contains("✓ move all routes to blue"))
        #expect(run.output.contains("Release v1 serves bankflow-staging"))
        #expect(await run("deploy", "--version", "v1") == 0)
        #expect(run.output.contains("nothing to do"))
    }

    @Test func `deploy tells programs of each event on a line`() async {
        #expect(await run("deploy", "--version", "v1", "--output", "json") == 0)
        let lines = run.output.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
        #expect(lines.first?.contains(#""event":"planned""#) == true)
        #expect(lines.dropLast().last?.contains(#""event":"ended""#) == true)
        #expect(lines.last?.contains(#""event":"audited""#) == true)
    }

    @Test func `a failed deploy says what happened, what serves and what to type, and has its exit code`() async {
        #expect(await run("deploy", "--version", "v1") == 0)
        run.droplet.setBehaviour(of: "api", in: "v2", to: .exits(3, after: .milliseconds(100), printing: "no luck"))
        #expect(await run("deploy", "--version", "v2") == DeployError.Code.unhealthy.exitCode)
        #expect(run.errors.contains("api exited with status 3"))
        #expect(run.errors.contains("no luck"))
        #expect(run.errors.contains("Now: release v1 serves qa.example.com, api.qa.example.com"))
        #expect(run.errors.contains("Next: "))
    }

    @Test func `rollback goes back to the release before, and refuses where there is none`() async {
        #expect(await run("rollback") == DeployError.Code.refused.exitCode)
        #expect(await run("deploy", "--version", "v1") == 0)
        #expect(await run("deploy", "--version", "v2") == 0)
        #expect(await run("rollback") == 0)
        #expect(run.output.contains("Release v1 serves bankflow-staging"))
        #expect(await run("rollback", "--to", "v9") == DeployError.Code.refused.exitCode)
        #expect(run.errors.contains("releases on the droplet: v1, v2"))
    }

    @Test func `status shows who answers each domain`() async {
        #expect(await run("status") == 0)
        #expect(run.output.contains("nothing serves yet"))
        _ = await run("deploy", "--version", "v1")
        _ = await run("deploy", "--version", "v2")
        #expect(await run("status") == 0)
        #expect(run.output.contains("bankflow-staging: release v2 serves"))
        #expect(run.output.contains("api.qa.example.com  api      green  v2"))
        #expect(await run("releases") == 0)
        #expect(run.output.contains("standby"))
    }

    @Test func `logs refuses a service that is not there by name`() async {
        _ = await run("deploy", "--version", "v1")
        #expect(await run("logs", "nobody") == DeployError.Code.refused.exitCode)
        #expect(run.errors.contains("there is no service nobody"))
    }

    @Test func `doctor says whether a deploy could begin`() async {
        #expect(await run("doctor") == 0)
        #expect(run.output.contains("Ready to deploy"))
        run.droplet.host.setFacts { $0.docker = "" }
        #expect(await run("doctor") == DeployError.Code.unfit.exitCode)
        #expect(run.output.contains("Docker does not answer"))
    }

    @Test func `no command prints a secret`() async {
        for arguments in [["plan"], ["deploy"], ["status"], ["releases"], ["plan", "--output", "json"]] {
            _ = await Self.run(arguments, with: run)
            #expect(!run.output.contains("sentinel") && !run.errors.contains("sentinel"))
        }
    }

    @Test(arguments: [
        (["status", "--output", "json"], true), (["status", "-o", "json"], true), (["plan", "--output=json"], true),
        (["logs", "json"], false), (["deploy", "--reason", "json"], false), (["logs", "--", "--output=json"], false),
    ])
    func `an error is JSON where JSON was asked for`(arguments: [String], isAsked: Bool) {
        #expect(Adapter.asksForJSON(arguments) == isAsked)
    }

    @Test func `who waits for the lease says for whom`() async throws {
        let (held, isHeld) = AsyncStream<Void>.makeStream()
        let (ended, end) = AsyncStream<Void>.makeStream()
        let ada = LeaseOwner(actor: "ada", action: "deploy v7")
        async let first: Void = run.droplet.withLease(as: ada, waiting: .zero) { _ in
            isHeld.finish()
            for await _ in ended {}
        }
        for await _ in held {}
        async let code = run("deploy", "--version", "v1", "--wait", "60")
        await run.droplet.untilWaiting()
        end.finish()
        #expect(await code == 0)
        #expect(run.output.contains("waits for ada, who holds the lease: deploy v7"))
        try await first
    }

    @Test func `a wrong command line is a usage error`() async {
        #expect(await run("deploy", "--nonsense") == 64)
        #expect(await run("logs", "--slot", "red") == 64)
    }

    private static func run(_ arguments: [String], with run: CommandRun) async -> Int32 {
        arguments.count == 1 ? await run(arguments[0]) : await run(arguments[0], arguments[1], arguments[2])
    }
}
