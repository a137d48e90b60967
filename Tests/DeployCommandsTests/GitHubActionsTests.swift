import DeployKit
import DeployKitTesting
import Testing

@testable import DeployCommands

struct GitHubActionsTests {
    private let run = CommandRun()
    private let folder: WorkflowFolder
    private let variables: [String: String]

    init() throws {
        folder = try WorkflowFolder()
        variables = folder.variables()
    }

    private var page: String { folder.text("summary.md") }

    @Test func `a deploy is shown in groups that end, with what serves outside of them`() async {
        #expect(await run("deploy", "--version", "v1", variables: variables) == 0)
        let lines = run.output.split(separator: "\n").map(String.init)
        let marks = lines.filter { $0.hasPrefix("::") }
        #expect(
            marks == [
                "::group::Plan: release v1 on bankflow-staging", "::endgroup::",
                "::group::Rollout: \(lines.count { $0.hasPrefix("  ✓") }) steps", "::endgroup::",
            ])
        let end = lines.lastIndex(of: "::endgroup::") ?? 0
        #expect(lines[end...].contains { $0.hasPrefix("Release v1 serves bankflow-staging") })
        #expect(run.errors.contains("::warning title=audit::the audit trail of bankflow-staging is not signed"))
    }

    @Test func `the page of a deploy says what is where, when, what it answered, and has the links`() async {
        #expect(await run("deploy", "--version", "v1", variables: variables) == 0)
        let file = folder.text("summary.md")
        #expect(await run("deploy", "--version", "v2", variables: variables) == 0)
        let page = String(page.dropFirst(file.count))
        #expect(page.hasPrefix("## ✅ release v2 serves bankflow-staging, after "))
        #expect(page.contains("| [qa.example.com](https://qa.example.com) | site | v2 | `"))
        #expect(page.contains("- Release before: v1\n- Release: v2\n"))
        #expect(page.contains("```mermaid\ngantt\n    title deploy v2 on bankflow-staging\n"))
        #expect(page.contains(":done, "))
        #expect(page.contains("[run](https://github.com/acme/bankflow/actions/runs/7)"))
        #expect(page.contains("[c0ffee00c0ff](https://github.com/acme/bankflow/commit/c0ffee00"))
        #expect(page.contains("audit head `5:"))
    }

    private func time(ofPush event: String) throws -> Int? {
        try folder.write(event, to: "event.json")
        return PushEvent.time(in: ["GITHUB_EVENT_PATH": folder.path("event.json")])
    }

    @Test func `the time of a push is the push's, or else that of its commit; another event has none`() throws {
        let head = #""head_commit":{"timestamp":"2026-11-28T14:00:00+02:00"}"#
        #expect(try time(ofPush: #"{\#(head),"repository":{"pushed_at":1700000000}}"#) == 1_700_000_000)
        #expect(try time(ofPush: "{\(head)}") == 1_795_867_200)
        #expect(try time(ofPush: #"{\#(head),"repository":{"pushed_at":"2011-01-26T19:06:43Z"}}"#) == 1_795_867_200)
        #expect(try time(ofPush: #"{"head_commit":null,"repository":{"pushed_at":1700000000}}"#) == nil)
        #expect(try time(ofPush: "no JSON") == nil)
        #expect(PushEvent.time(in: [:]) == nil)
    }

    @Test(arguments: [
        (#"{"before": "0f1e", "after": "2d3c"}"#, "0f1e"),
        (#"{"before": "0000000000000000000000000000000000000000"}"#, nil),
        (#"{"pull_request": {"base": {"sha": "4b5a"}}}"#, "4b5a"),
        (#"{"inputs": {}}"#, nil),
        ("no event", nil),
    ])
    func `what a push came on top of is known, also when it brings several commits`(
        _ event: String, _ commit: String?
    ) throws {
        try folder.write(event, to: "event.json")
        #expect(PushEvent.base(in: ["GITHUB_EVENT_PATH": folder.path("event.json")]) == commit)
    }

    @Test func `the page of a deploy says how long it was from the push, where that is known`() async throws {
        let pushed = AuditSettings.systemTime() - 7200
        try folder.write(#"{"head_commit":{},"repository":{"pushed_at":\#(pushed)}}"#, to: "event.json")
        let variables = folder.variables(["GITHUB_EVENT_PATH": folder.path("event.json")])
        #expect(await run("deploy", "--version", "v1", variables: variables) == 0)
        #expect(page.contains("\n**From push to serving:** 120 min"), "\(page)")
        let file = folder.text("summary.md")
        #expect(await run("deploy", "--version", "v2", variables: self.variables) == 0)
        #expect(!page.dropFirst(file.count).contains("From push to serving"))
    }

    @Test func `a release that serves already needs no more than a line`() async {
        #expect(await run("deploy", "--version", "v1", variables: variables) == 0)
        let file = folder.text("summary.md")
        #expect(await run("deploy", "--version", "v1", variables: variables) == 0)
        #expect(page.dropFirst(file.count).hasPrefix("## ✅ release v1 serves bankflow-staging already"))
        #expect(!page.dropFirst(file.count).contains("mermaid"))
    }

    @Test func `the page of a failure says what serves now, why, and what to do`() async {
        #expect(await run("deploy", "--version", "v1") == 0)
        run.droplet.setBehaviour(
            of: "api", in: "v2", to: .exits(3, after: .milliseconds(100), printing: "```\n## no | luck"))
        #expect(await run("deploy", "--version", "v2", variables: variables) == 5)
        #expect(page.hasPrefix("## ❌ deploy of release v2 on bankflow-staging failed"))
        #expect(page.contains("**Now:** release v1 serves qa.example.com, api.qa.example.com; the traffic never moved"))
        #expect(page.contains("**Next:** Mend the release"))
        #expect(page.contains("Exit code 5, unhealthy."))
        #expect(page.contains("````text\n"), "a fence that the log cannot end")
        #expect(page.contains("    start ") && page.contains(":crit, "))
        #expect(page.contains("section Taken back"))
        #expect(run.errors.contains("::error title=ci-stage%3A unhealthy::"))
        #expect(run.errors.contains("%0ANow: release v1 serves"))
        #expect(run.output.split(separator: "\n").count { $0.hasPrefix("::group::") } == 2)
        #expect(run.output.split(separator: "\n").count { $0 == "::endgroup::" } == 2)
        #expect(folder.outputs["exit_code"] == "5")
        #expect(folder.outputs["serving"]?.hasPrefix("release v1 serves") == true)
    }

    @Test func `an error before any plan has a page, too`() async {
        #expect(await run("rollback", variables: variables) == 2)
        #expect(page.hasPrefix("## ❌ ci-stage on bankflow-staging: refused"))
        #expect(folder.outputs["exit_code"] == "2")
    }

    @Test func `later steps get the releases, the head of the trail and the page of the environment`() async {
        _ = await run("deploy", "--version", "v1", variables: variables)
        #expect(await run("deploy", "--version", "v2", "--output", "json", variables: variables) == 0)
        let outputs = folder.outputs
        #expect(outputs["release"] == "v2")
        #expect(outputs["before"] == "v1")
        #expect(outputs["serving"] == "release v2 serves qa.example.com, api.qa.example.com")
        #expect(outputs["exit_code"] == "0")
        #expect(outputs["environment_url"] == "https://qa.example.com")
        #expect(outputs["audit_head"]?.hasPrefix("5:") == true)
    }

    @Test func `JSON stays JSON`() async {
        #expect(await run("deploy", "--version", "v1", "--output", "json", variables: variables) == 0)
        #expect(run.output.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
    }

    @Test(arguments: [
        ["status"], ["plan", "--version", "v2"], ["rollback", "--plan"], ["maintenance", "on"], ["prune"], ["doctor"],
        ["audit", "verify"], ["rehearse"],
    ])
    func `other commands have a page, too`(_ arguments: [String]) async {
        _ = await run("deploy", "--version", "v0")
        _ = await run("deploy", "--version", "v1")
        #expect(await run(arguments, variables: variables) == 0, "\(run.errors)")
        #expect(page.hasPrefix("#"), "\(page)")
        #expect(page.contains("bankflow-staging"))
    }

    @Test func `outside of GitHub Actions nothing of it is there`() async {
        var variables = variables
        variables["GITHUB_ACTIONS"] = nil
        #expect(await run("deploy", "--version", "v1", variables: variables) == 0)
        #expect(page.isEmpty && folder.outputs.isEmpty && run.masks.isEmpty)
        #expect(!(run.output + run.errors).contains("::"))
    }

    @Test func `a page or an output that cannot be written fails nothing`() async {
        let variables = folder.variables(["GITHUB_STEP_SUMMARY": "/dev/null/x", "GITHUB_OUTPUT": "/dev/null/y"])
        #expect(await run("deploy", "--version", "v1", variables: variables) == 0)
        #expect(run.errors.contains("::warning::GITHUB_STEP_SUMMARY cannot be written"))
    }

    // MARK: - What others wrote

    /// What the runner takes for commands among the lines.
    private func commands(in text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map { String($0.drop(while: \.isWhitespace)) }
            .filter { $0.hasPrefix("::") || $0.contains("##[") }
    }

    @Test func `a container cannot make the runner do anything`() async {
        let evil = ["::add-mask::production", "  ::stop-commands::x", "##[error]x", "a ##[group]b", "\r::error::c"]
        run.droplet.setBehaviour(of: "api", to: .healthy().printing(evil))
        #expect(await run("deploy", "--version", "v1", variables: variables) == 0)
        for format in ["text", "json"] {
            #expect(await run("logs", "--output", format, variables: variables) == 0)
            #expect(run.output.contains("add-mask"))
            #expect(commands(in: run.output + run.errors).isEmpty, "\(run.output)")
        }
        run.droplet.setBehaviour(
            of: "api", in: "v2", to: .exits(3, after: .milliseconds(1), printing: evil.joined(separator: "\n")))
        #expect(await run("deploy", "--version", "v2", variables: variables) == 5)
        let ours = ["::group::", "::endgroup::", "::error title=ci-stage", "::warning title=audit::"]
        let others = commands(in: run.output + run.errors).filter { line in !ours.contains { line.hasPrefix($0) } }
        #expect(others.isEmpty, "\(others)")
        #expect(commands(in: run.errors).count { $0.hasPrefix("::error") } == 1)
    }

    // MARK: - Secrets

    @Test func `the runner is told of secrets that it does not know, over its own pipe alone`() async {
        #expect(await run("deploy", "--version", "v1", variables: variables) == 0)
        #expect(run.masks == "::add-mask::sentinel-of-a-secret\n")
        #expect(!(run.output + run.errors + page + folder.text("output")).contains("sentinel"))
        #expect(await run("deploy", "--version", "v1") == 0)
        #expect(run.masks.isEmpty, "not outside of GitHub Actions")
    }

    @Test func `no page has a secret, in whatever form it was printed`() async {
        let secret = "sentinel_of|a[secret]*"
        let run = CommandRun(values: ["api.PASSWORD": Secret(secret)])
        #expect(await run("deploy", "--version", "v1", variables: variables) == 0)
        run.droplet.setBehaviour(
            of: "api", in: "v2", to: .exits(3, after: .milliseconds(1), printing: "it is \(secret)"))
        #expect(await run("deploy", "--version", "v2", variables: variables) == 5)
        run.droplet.inject(.fails(DeployError(.droplet, secret, evidence: [secret], next: secret)), at: .next(.stage))
        #expect(await run("deploy", "--version", "v3", variables: variables) == 9)
        for text in [page, folder.text("output"), run.output, run.errors] {
            #expect(!text.contains("sentinel"), "\(text)")
        }
        #expect(page.contains("redacted"))
    }

    // MARK: - Parts

    @Test func `a page is no longer than GitHub takes it`() {
        let page = String(repeating: "a line of the page\n", count: 100)
        #expect(WorkflowRun.cut(page, to: 5000) == page)
        let cut = WorkflowRun.cut(page, to: 1000)
        #expect(cut.utf8.count <= 1000)
        #expect(cut.hasSuffix("a line of the page\n\nThe rest is in the log.\n"))
        #expect(WorkflowRun.cut(page, to: -5).isEmpty)
    }

    @Test func `what the release answered while it was watched is on the page`() async throws {
        var environment = CommandRun.environment
        environment.watch = WatchPolicy(for: .seconds(10))
        let droplet = FakeDroplet(environment)
        let services = ["api", "site"].map { Service(name: $0, kind: .web, port: 8080, hasHealthCheck: true) }
        let owner = LeaseOwner(actor: "ana", action: "deploy")
        // A first release is not watched: there is none before it to go back to.
        var recorder = RolloutRecorder { droplet.clock.now.offset }
        for version in ["v1", "v2"] {
            recorder = RolloutRecorder { droplet.clock.now.offset }
            let deployment = Deployment(
                environment: environment, droplet: droplet, clock: droplet.clock, observer: recorder)
            _ = try await deployment.deploy(.fake(version, services: services), as: owner)
        }
        let summary = StepSummary(facts: StepSummary.Facts(environment: environment, command: "ci-stage"))
        let page = summary.rollout(recorder.record, error: nil)
        #expect(page.contains("### Requests"), "\(page)")
        #expect(page.contains("| Service | Answered | Server errors (5xx) | Lost connections |"))
        #expect(page.contains("| all | "))
        #expect(page.contains("    section Traffic\n"))
        #expect(page.contains("    watch 10 s :done, "))
    }

    @Test func `gates are a table`() {
        let summary = StepSummary(facts: StepSummary.Facts(environment: CommandRun.environment, command: "ci-stage"))
        #expect(
            summary.gates([
                GateRow(name: "fmt", result: .passed, duration: .milliseconds(900)),
                GateRow(name: "clippy", result: .failed, duration: .seconds(12), detail: "a | b"),
                GateRow(name: "scan", result: .skipped),
            ]) == """

                ### Gates

                | Gate | Result | Time |  |
                | --- | --- | --- | --- |
                | fmt | ✅ passed | 900 ms |  |
                | clippy | ❌ failed | 12 s | a \\| b |
                | scan | ➖ not needed |  |  |

                """)
    }

    @Test func `a terminal that is none, or a machine's, gets no live view`() {
        #expect(CommandContext.showsLive(["TERM": "xterm"]))
        #expect(CommandContext.showsLive(["CI": "false"]))
        #expect(!CommandContext.showsLive(["CI": "true"]))
        #expect(!CommandContext.showsLive(["TERM": "dumb"]))
    }
}
