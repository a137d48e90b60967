import DeployKit
import DeployKitTesting
import FoundationEssentials
import Testing

@testable import DeployCommands

struct GuardCommandTests {
    private let run = CommandRun()
    private let folder: WorkflowFolder

    init() throws { folder = try WorkflowFolder() }

    private static let changes = [
        ["deploy", "--version", "v2"], ["rollback"], ["maintenance", "on"], ["maintenance", "off"], ["prune"],
    ]

    @Test(arguments: changes)
    func `a change from another branch is refused before the droplet is looked at`(_ arguments: [String]) async {
        let variables = folder.variables(["GITHUB_REF": "refs/heads/main"])
        #expect(await run(arguments, variables: variables) == 2)
        #expect(
            run.errors.contains("only refs/heads/staging changes bankflow-staging, and this run is of refs/heads/main"))
        #expect(run.errors.contains("--allow-ref main"))
        #expect(run.connections == 0)
    }

    @Test(arguments: changes)
    func `somebody who is not on the list changes nothing`(_ arguments: [String]) async {
        let variables = folder.variables(["DEPLOYKIT_ALLOWED_ACTORS": "bia", "DEPLOYKIT_ACTOR": "bia"])
        #expect(await run(arguments, variables: variables) == 2)
        #expect(run.errors.contains("ana may not change bankflow-staging"))
        #expect(run.connections == 0)
    }

    @Test(arguments: [["plan"], ["status"], ["releases"], ["doctor"], ["logs"], ["audit", "show"], ["rehearse"]])
    func `whoever only looks may come from anywhere`(_ arguments: [String]) async {
        #expect(await run("deploy", "--version", "v1") == 0)
        let variables = folder.variables(["GITHUB_REF": "refs/pull/1/merge", "DEPLOYKIT_ALLOWED_ACTORS": "bia"])
        #expect(await run(arguments, variables: variables) == 0)
    }

    @Test func `a ref that is let through by its name is in the audit trail, and one that needs no leave is not`() async
    {
        let variables = folder.variables(["GITHUB_REF": "refs/heads/hotfix"])
        #expect(await run("deploy", "--version", "v1", "--allow-ref", "hotfix", variables: variables) == 0)
        #expect(await run("audit", "show") == 0)
        #expect(run.output.contains("let through: ref refs/heads/hotfix"), "\(run.output)")
        let plain = folder.variables()
        #expect(await run("deploy", "--version", "v2", "--allow-ref", "hotfix", variables: plain) == 0)
        #expect(await run("audit", "show", "--last", "2") == 0)
        #expect(!run.output.contains("let through"))
        #expect(await run("audit", "verify") == 0)
    }

    @Test func `by hand, a deploy is of the branch that is checked out in the project's folder`() async throws {
        run.runner.expect(
            "another branch", where: { $0.arguments.contains("symbolic-ref") && $0.arguments.contains("/shop") },
            answer: { _ in CommandResult(output: "refs/heads/hotfix\n") })
        let arguments = ["deploy", "--version", "v1", "--project-directory", "/shop"]
        #expect(await run(arguments) == 2)
        #expect(run.errors.contains("only refs/heads/staging changes bankflow-staging"), "\(run.errors)")
        #expect(run.errors.contains("--allow-ref hotfix"), "\(run.errors)")
        #expect(run.connections == 0)
        #expect(await run(arguments) == 0, "the branch is staging now: \(run.errors)")
    }

    @Test func `what a person says of the ref goes before what is checked out`() async throws {
        let shop = ["deploy", "--version", "v1", "--project-directory", "/shop"]
        run.runner.expect(
            "a commit without a branch", repeats: true, where: { $0.arguments.contains("symbolic-ref") },
            answer: { _ in CommandResult(status: 1) })
        let commit = String(repeating: "c0ffee00", count: 5)
        run.runner.expect(
            "its hash", repeats: true, where: { $0.arguments.contains("rev-parse") },
            answer: { _ in CommandResult(output: "\(commit)\n") })
        #expect(await run(shop) == 2)
        #expect(run.errors.contains("HEAD is detached at \(commit)"), "\(run.errors)")
        #expect(run.connections == 0)
        #expect(await run(shop, variables: ["USER": "ana", "DEPLOYKIT_REF": "staging"]) == 0, "\(run.errors)")
        #expect(await run(shop + ["--allow-ref", commit]) == 0, "\(run.errors)")
    }

    @Test(arguments: [["rollback"], ["maintenance", "on"], ["maintenance", "off"], ["prune"], ["plan"], ["status"]])
    func `what takes nothing from a folder does not ask for its branch`(_ arguments: [String]) async {
        for version in ["v1", "v2"] { #expect(await run("deploy", "--version", version) == 0) }
        let asked = run.runner.commands.count { $0.arguments.contains("symbolic-ref") }
        #expect(await run(arguments) == 0, "\(run.errors)")
        #expect(run.runner.commands.count { $0.arguments.contains("symbolic-ref") } == asked)
    }

    private static func production(_ access: AccessPolicy = AccessPolicy()) -> CommandRun {
        var production = CommandRun.environment
        production.name = "production"
        production.branch = "main"
        production.access = access
        return CommandRun(FakeDroplet(production))
    }

    @Test func `a deploy to production needs another person's word at GitHub`() async {
        let github = FakeGitHub()
        let run = Self.production()
        let variables = folder.variables(["GITHUB_REF": "refs/heads/main"])
        github.addApproval(by: "Ana", of: "production")
        github.addApproval(by: "bia", of: "production", isApproved: false)
        github.addApproval(by: "bia", of: "staging")
        #expect(await run(["deploy", "--version", "v1"], variables: variables, github: github) == 2)
        #expect(run.errors.contains("nobody but ana approved this run"), "\(run.errors)")
        #expect(run.errors.contains("Ana approved it, and runs it"), "\(run.errors)")
        #expect(run.errors.contains("bia rejected it"), "\(run.errors)")
        #expect(run.errors.contains("Name required reviewers"), "\(run.errors)")
        #expect(run.errors.contains("set DEPLOYKIT_APPROVERS"), "\(run.errors)")
        #expect(run.connections == 0)
        github.addApproval(by: "bia", of: "Production")
        #expect(await run(["deploy", "--version", "v1"], variables: variables, github: github) == 0, "\(run.errors)")
        #expect(await run("audit", "show") == 0)
        #expect(run.output.contains("approved by bia"), "\(run.output)")
    }

    @Test(arguments: [
        FakeGitHub.Fault.status(401), .status(403), .status(404), .status(429, headers: ["retry-after": "3600"]),
        .status(422),
    ])
    func `where GitHub does not say who approved, production is not deployed to`(_ fault: FakeGitHub.Fault) async {
        let github = FakeGitHub()
        github.addApproval(by: "bia", of: "production")
        github.fail(fault)
        let run = Self.production()
        let variables = folder.variables(["GITHUB_REF": "refs/heads/main"])
        #expect(await run(["deploy", "--version", "v1"], variables: variables, github: github) == 2)
        #expect(run.errors.contains("it is not known who approved this run"), "\(run.errors)")
        #expect(run.errors.contains("actions: read"), "\(run.errors)")
        #expect(run.connections == 0)
    }

    @Test func `without a token, production is not deployed to, and the error says where it goes`() async {
        let run = Self.production()
        let variables = folder.variables(["GITHUB_REF": "refs/heads/main", "GITHUB_TOKEN": ""])
        #expect(await run(["deploy", "--version", "v1"], variables: variables, github: FakeGitHub()) == 2)
        #expect(run.errors.contains("hand its token to the step as GITHUB_TOKEN"), "\(run.errors)")
        #expect(run.connections == 0)
    }

    @Test func `a team of one says that it is one, and the audit trail says it, too`() async {
        let run = Self.production(AccessPolicy(approval: .none))
        let variables = folder.variables(["GITHUB_REF": "refs/heads/main"])
        #expect(await run(["deploy", "--version", "v1"], variables: variables) == 0, "\(run.errors)")
        #expect(await run("audit", "show") == 0)
        #expect(run.output.contains("let through: no approval"), "\(run.output)")
    }

    @Test func `neither a rollback nor a person at their own machine needs a reviewer`() async {
        let run = Self.production()
        for version in ["v1", "v2"] {
            #expect(await run("deploy", "--version", version) == 0, "\(run.errors)")
        }
        let variables = folder.variables(["GITHUB_REF": "refs/heads/main"])
        #expect(await run("rollback", variables: variables) == 0, "\(run.errors)")
        #expect(await run("audit", "show") == 0)
        #expect(!run.output.contains("let through"), "\(run.output)")
    }

    @Test func `an approval goes from one person's key to the other one's deploy, and into the audit trail`()
        async throws
    {
        let key = try AuditKey.generate()
        let approvers = ["DEPLOYKIT_APPROVERS": "bia=\(key.publicKey)"]
        let variables = folder.variables(approvers)
        let commit = try #require(variables["GITHUB_SHA"])
        #expect(await run("deploy", "--version", "v1", variables: variables) == 2)
        #expect(run.errors.contains("One of bia runs approve --commit \(commit)"))
        #expect(run.connections == 0)

        let own = ["USER": "bia", "DEPLOYKIT_APPROVAL_KEY": key.text.revealed].merging(approvers) { $1 }
        #expect(await run("approve", "--commit", commit, "--reason", "looked at it", variables: own) == 0)
        let approval = run.output
        #expect(run.errors.contains("gh variable set DEPLOYKIT_APPROVAL"))
        #expect(!(run.output + run.errors).contains(key.text.revealed))
        #expect(
            await run(
                "deploy", "--version", "v1", variables: variables.merging(["DEPLOYKIT_APPROVAL": approval]) { $1 })
                == 0, "\(run.errors)")
        #expect(await run("audit", "show") == 0)
        #expect(run.output.contains("approved by bia"), "\(run.output)")

        let file = folder.path("approval.json")
        #expect(await run("approve", "--commit", commit, "--to", file, "--output", "json", variables: own) == 0)
        #expect(await run("deploy", "--version", "v2", "--approval", file, variables: variables) == 0)
        let again = variables.merging(["GITHUB_TRIGGERING_ACTOR": "bia"]) { $1 }
        #expect(await run("deploy", "--version", "v3", "--approval", file, variables: again) == 2)
        #expect(run.errors.contains("bia runs the deploy, and somebody else has to approve it"))
    }

    @Test func `a rollback needs no approval, and a deploy by hand one of what is checked out`() async throws {
        #expect(await run("deploy", "--version", "v1") == 0)
        #expect(await run("deploy", "--version", "v2") == 0)
        let key = try AuditKey.generate()
        let approvers = ["DEPLOYKIT_APPROVERS": "bia=\(key.publicKey)", "USER": "ana"]
        #expect(await run("rollback", variables: approvers) == 0)
        let own = approvers.merging(["DEPLOYKIT_APPROVAL_KEY": key.text.revealed]) { $1 }
        let commit = String(repeating: "c0ffee00", count: 5)
        for (approved, code) in [(commit, Int32(0)), (String(repeating: "a", count: 40), 2)] {
            #expect(await run("approve", "--commit", approved, variables: own) == 0)
            let variables = approvers.merging(["DEPLOYKIT_APPROVAL": run.output]) { $1 }
            #expect(await run("deploy", "--version", "v3", variables: variables) == code, "\(run.errors)")
        }
    }

    @Test func `approve says what it lacks`() async throws {
        let commit = String(repeating: "a", count: 40)
        #expect(await run("approve", "--commit", "abc") == 64)
        #expect(await run("approve", "--commit", commit) == 2)
        #expect(run.errors.contains("DEPLOYKIT_APPROVAL_KEY is no key"))
        let key = try AuditKey.generate().text.revealed
        #expect(await run("approve", "--commit", commit, variables: ["DEPLOYKIT_APPROVAL_KEY": key]) == 2)
        #expect(run.errors.contains("Say who you are with --as"))
        #expect(
            await run("approve", "--commit", commit, "--as", "ana", variables: ["DEPLOYKIT_APPROVAL_KEY": key]) == 0)
    }
}
