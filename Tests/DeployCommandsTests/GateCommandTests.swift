import DeployKit
import DeployKitTesting
import FoundationEssentials
import Synchronization
import Testing

@testable import DeployCommands

struct GateCommandTests {
    private let key: AuditKey
    private let place: Folder
    private var folder: String { place.path }
    private let printed = Texts()
    private let droplet: FakeDroplet

    private final class Texts: Sendable {
        private let state = Mutex((output: "", errors: ""))
        var output: String { state.withLock { $0.output } }
        var errors: String { state.withLock { $0.errors } }
        func clear() { state.withLock { $0 = ("", "") } }
        func print(_ text: String) { state.withLock { $0.output += text } }
        func printError(_ text: String) { state.withLock { $0.errors += text } }
    }

    init() throws {
        key = try AuditKey.generate()
        var environment = CommandRun.environment
        environment.name = "production"
        environment.gates = GatePolicy(
            [
                Gate("good", title: "Good", runs: .command(["good"])),
                Gate("lint", title: "Lint", kind: .security, runs: .command(["lint"]), reader: .cargoFormat),
            ], isRequired: true)
        droplet = FakeDroplet(environment)
        place = try Folder()
    }

    /// A folder that is there as long as this value.
    private final class Folder: Sendable {
        let path = FileManager.default.temporaryDirectory.path + "/deploykit-gates-\(UUID().uuidString)"

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private var record: String { "\(folder)/gates.json" }
    private var variables: [String: String] {
        ["USER": "ana", "DEPLOYKIT_SIGNING_KEY": key.text.revealed]
    }
    private var readers: [String: String] {
        ["USER": "ana", "DEPLOYKIT_SIGNING_PUBLIC_KEY": key.publicKey.description]
    }

    /// Runs a command where git and the gates' programs answer as it says.
    private func run(
        _ arguments: String..., variables: [String: String]? = nil, tree: String = "tree1", changed: String = "",
        lint: Int = 0, saying words: String = "line 3 is wrong\n", requiring isRequired: Bool = true,
        github: FakeGitHub? = nil
    ) async -> Int32 {
        printed.clear()
        let shell = ScriptedShell()
        func expect(_ word: String, _ result: CommandResult) {
            shell.expect(word, repeats: true, where: { $0.arguments.contains(word) }, answer: { _ in result })
        }
        expect("show", CommandResult(output: "\(String(repeating: "c", count: 40)) \(tree) 1700000000\n"))
        expect("status", CommandResult(output: changed))
        expect("symbolic-ref", CommandResult(output: "refs/heads/staging\n"))
        expect("rev-parse", CommandResult(output: "app/\n"))
        expect("good", CommandResult())
        expect("lint", CommandResult(status: lint, output: lint == 0 ? "" : words))
        let world = GateWorld(droplet: droplet)
        var environment = droplet.environment
        environment.gates.isRequired = isRequired
        var context = CommandContext(
            environment: environment, variables: variables ?? self.variables, isTerminal: false,
            write: printed.print, writeError: printed.printError, droplet: world, candidates: world,
            runnerFindings: { _ in [] })
        context.shell = shell
        context.transport = github
        return await Adapter.run(arguments, in: context)
    }

    @Test func `gate shows what failed and a table, and exits with 14`() async {
        #expect(await run("gate") == 0)
        #expect(printed.output.contains("good  quality"))
        #expect(await run("gate", lint: 1) == 14)
        #expect(printed.output.contains("| line 3 is wrong"))
        #expect(printed.output.contains("lint  security  failed"))
        #expect(printed.errors.contains("1 of 2 gates failed: lint"))
        #expect(printed.errors.contains("Next: "))
    }

    @Test func `gate tells programs what happened`() async throws {
        #expect(await run("gate", "--output", "json", lint: 1) == 14)
        let report = try JSONValue(parsing: printed.output)
        #expect(report["passed"]?.bool == false)
        #expect(report["gates"]?.elements.compactMap { $0["outcome"]?.string } == ["passed", "failed"])
    }

    @Test func `gate writes JUnit and SARIF, also of a run that failed`() async throws {
        #expect(await run("gate", "--junit", "\(folder)/a.xml", "--sarif", "\(folder)/a.sarif", lint: 1) == 14)
        #expect(try String(contentsOfFile: "\(folder)/a.xml").contains("failures=\"1\""))
        #expect(try String(contentsOfFile: "\(folder)/a.sarif").contains(#""uri": "app/compose.yaml""#))
    }

    @Test func `reports are XML and JSON also where a secret is taken out of them`() async throws {
        // Two of the secrets are words of the formats themselves.
        let secrets = [
            "API_TOKEN": "sentinel-of-a-token", "A_PASSWORD": "testcase", "B_PASSWORD": "physicalLocation",
            "USER": "ana",
        ]
        for words in [
            "the token is sentinel-of-a-token", "Diff in a-sentinel-of-a-token.rs:3:\n+sentinel-of-a-token\n",
        ] {
            let code = await run(
                "gate", "--junit", "\(folder)/a.xml", "--sarif", "\(folder)/a.sarif", variables: secrets, lint: 1,
                saying: words)
            #expect(code == 14)
            let junit = try String(contentsOfFile: "\(folder)/a.xml")
            #expect(junit.isWellFormedXML, "\(junit)")
            #expect(junit.contains("&lt;redacted&gt;") && junit.contains("<testcase "))
            let sarif = try String(contentsOfFile: "\(folder)/a.sarif")
            let result = try JSONValue(parsing: sarif)["runs"]?.elements.first?["results"]?.elements.first
            #expect(result?["locations"]?.elements.first?["physicalLocation"] != nil, "\(sarif)")
            #expect(!(junit + sarif + printed.output + printed.errors).contains("sentinel-of-a-token"))
        }
    }

    @Test func `what is no XML is found`() {
        #expect("<a b=\"c\"><d/>e &amp; f</a>".isWellFormedXML)
        for text in ["<a>", "<a></b>", "<a b=\"<c>\"/>", "<a>b & c</a>", "<a>b <redacted> c</a>", "<a b/>"] {
            #expect(!text.isWellFormedXML, "\(text)")
        }
    }

    @Test func `production takes no commit without its gates of security, also where the policy requires none`() async {
        #expect(await run("deploy", "--version", "v1", variables: readers, requiring: false) == 14)
        #expect(await run("gate", "--record", record, requiring: false) == 0)
        let code = await run(
            "deploy", "--version", "v1", "--gate-record", record, variables: readers, requiring: false)
        #expect(code == 0)
    }

    @Test func `whoever may not deploy is told so before anybody is asked about the gates`() async throws {
        let workflow = try WorkflowFolder()
        let github = FakeGitHub()
        let wrong = workflow.variables(["GITHUB_REF": "refs/heads/feature"])
        #expect(await run("deploy", "--version", "v1", variables: wrong, github: github) == 2)
        #expect(printed.errors.contains("only refs/heads/staging changes"))
        let other = workflow.variables(["DEPLOYKIT_ALLOWED_ACTORS": "bia"])
        #expect(await run("deploy", "--version", "v1", variables: other, github: github) == 2)
        #expect(github.requests.isEmpty)
        github.addApproval(by: "bia", of: "production")
        #expect(await run("deploy", "--version", "v1", variables: workflow.variables(), github: github) == 14)
        #expect(github.requests.contains { $0.url.contains("check-runs") })
    }

    @Test(arguments: ["/repo/app", "./app", "."])
    func `in GitHub a finding is at its file in the repository, and what failed has a group`(_ path: String)
        async throws
    {
        let workflow = try WorkflowFolder()
        let code = await run(
            "gate", "--project-directory", path, variables: workflow.variables(), lint: 1,
            saying: "Diff in web/src/a.rs:3:\n+b\n")
        #expect(code == 14)
        #expect(printed.errors.contains("::error file=app/web/src/a.rs,line=3,"), "\(printed.errors)")
        let lines = printed.output.split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex(of: "::group::Lint: failed, 1 finding"))
        #expect(lines[start + 1].contains("web/src/a.rs:3: rustfmt: "))
        #expect(lines[start + 2] == "::endgroup::")
        #expect(lines.filter { $0.hasPrefix("::") }.count == 2)
        _ = await run("gate", variables: workflow.variables(), lint: 1, saying: "")
        #expect(!printed.output.contains("::group::"), "nothing is to be folded")
    }

    @Test func `the page of a deploy says how long its gates took`() async throws {
        let workflow = try WorkflowFolder()
        let github = FakeGitHub()
        github.addApproval(by: "bia", of: "production")
        #expect(await run("gate", "--record", record) == 0)
        let code = await run(
            "deploy", "--version", "v1", "--gate-record", record,
            variables: workflow.variables(readers), github: github)
        #expect(code == 0, "\(printed.errors)")
        let page = workflow.text("summary.md")
        #expect(page.contains("| Part | Time |") && page.contains("| Gates, the slowest: "), "\(page)")
        #expect(page.contains("| Rollout | ") && !page.contains("From push to serving"))
    }

    @Test func `deploy takes the record that gate wrote, and refuses without one before it connects`() async throws {
        #expect(await run("deploy", "--version", "v1", variables: readers) == 14)
        #expect(printed.errors.contains("record: none was named with --gate-record"))
        #expect(printed.errors.contains("GitHub's checks: this is no run of GitHub Actions"))
        #expect(droplet.effects == [])
        #expect(await run("gate", "--record", record) == 0)
        #expect(await run("deploy", "--version", "v1", "--gate-record", record, variables: readers) == 0)
    }

    @Test func `deploy refuses a record of another tree, of a part, or of gates that failed`() async throws {
        #expect(await run("gate", "--record", record) == 0)
        #expect(
            await run("deploy", "--version", "v1", "--gate-record", record, variables: readers, tree: "tree2") == 14)
        #expect(printed.errors.contains("another tree"))
        #expect(await run("gate", "--record", record, "--only", "good") == 0)
        #expect(await run("deploy", "--version", "v1", "--gate-record", record, variables: readers) == 14)
        #expect(printed.errors.contains("a part of the gates"))
        #expect(await run("gate", "--record", record, lint: 1) == 14)
        #expect(await run("deploy", "--version", "v1", "--gate-record", record, variables: readers) == 14)
        #expect(printed.errors.contains("the gate lint failed"))
        #expect(droplet.effects == [])
    }

    @Test func `a record is made only of a clean tree and with a key, and of gates that exist`() async {
        #expect(await run("gate", "--record", record, changed: " M a.rs\0") == 2)
        #expect(printed.errors.contains("changed: a.rs"))
        #expect(await run("gate", "--record", record, variables: ["USER": "ana"]) == 2)
        #expect(printed.errors.contains("DEPLOYKIT_SIGNING_KEY is not set"))
        #expect(await run("gate", "--only", "nothing") == 2)
        #expect(printed.errors.contains("Its gates are good, lint."))
        #expect(!FileManager.default.fileExists(atPath: record))
    }

    @Test func `no option leaves a gate out`() async {
        #expect(await run("gate", "--skip", "lint") == 64)
    }

    @Test func `plan says what deploy will do, without refusing`() async {
        #expect(await run("plan", "--version", "v1", variables: readers) == 0)
        #expect(printed.output.contains("warning: gates: deploy will refuse this commit"))
        #expect(await run("gate", "--record", record) == 0)
        #expect(await run("plan", "--version", "v1", "--gate-record", record, variables: readers) == 0)
        #expect(printed.output.contains("note: gates: they passed"))
    }
}

/// A droplet in memory, and a candidate.
private struct GateWorld: DropletAccess, CandidateSource {
    let droplet: FakeDroplet

    func withDroplet<Result: Sendable>(
        _ context: CommandContext, _ body: @escaping @Sendable (any Droplet) async throws -> Result
    ) async throws -> Result {
        try await body(droplet)
    }

    func candidate(_ project: ProjectOptions, context: CommandContext) async throws -> ReleaseCandidate {
        let services = ["api", "site"].map { Service(name: $0, kind: .web, port: 8080, hasHealthCheck: true) }
        return ReleaseCandidate.fake(project.release ?? "v1", services: services)
    }
}

extension String {
    fileprivate init(contentsOfFile path: String) throws {
        self.init(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }
}

extension String {
    /// Whether each element ends, attributes have values without marks of XML, and each `&` begins a reference.
    fileprivate var isWellFormedXML: Bool {
        var open: [String] = []
        for piece in split(separator: "<", omittingEmptySubsequences: false).dropFirst() {
            guard let end = piece.firstIndex(of: ">") else { return false }
            var tag = piece[..<end]
            guard !tag.hasPrefix("?") else { continue }
            if tag.hasPrefix("/") {
                guard open.popLast() == String(tag.dropFirst()) else { return false }
                continue
            }
            if tag.hasSuffix("/") { tag = tag.dropLast() } else { open.append(String(tag.prefix { $0 != " " })) }
            let attributes = tag.split(separator: "\"", omittingEmptySubsequences: false)
            guard attributes.count % 2 == 1, attributes.count > 1 || !tag.contains(" ") else { return false }
            for index in attributes.indices.dropLast() where index % 2 == 0 {
                guard attributes[index].hasSuffix("=") else { return false }
            }
        }
        let references = ["amp;", "lt;", "gt;", "quot;", "apos;", "#"]
        let areKnown = split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy { piece in
            references.contains { piece.hasPrefix($0) }
        }
        return open.isEmpty && areKnown
    }
}
