import DeployKitTesting
import Synchronization
import Testing

@testable import DeployKit

/// The commands of a shell droplet, and what it makes of their results.
struct ShellDropletTests {
    private let shell = ScriptedShell(machine: "deploy@203.0.113.7")
    private let transport = RecordingTransport()
    private let owner = LeaseOwner(actor: "ada", action: "deploy 1")

    private var droplet: ShellDroplet {
        ShellDroplet(
            shell: shell,
            environment: Environment(
                application: "shop", name: "staging", branch: "main", routes: [Route("shop.test", to: "web")]),
            carrier: NoCarrier(), transport: transport, certificateAuthorities: "/ca.pem")
    }

    private static let directory = "/var/lib/deploykit/shop-staging"

    private func expectLease(_ result: CommandResult = CommandResult(output: "ready 0123\n")) {
        shell.expect("the lease", where: { $0.arguments[2] == DropletScript.takeLease.text }, answer: { _ in result })
    }

    @Test func `takes the lease with its owner, and gives its token to every change`() async throws {
        expectLease()
        let stop = DropletScript.turnServices.command(
            ["stop", "shop-staging-blue", "web", "worker"], deadline: .seconds(300))
        shell.expect(Fence(directory: Self.directory, token: "0123").around(stop))
        try await droplet.withLease(as: owner, waiting: .seconds(2)) { leased in
            try await leased.stop(["web", "worker"], in: .blue)
        }
        try shell.finish()
        #expect(
            shell.commands[0].arguments.suffix(3) == [
                Self.directory, "2.0", #"{"action":"deploy 1","actor":"ada","runURL":"","since":0}"#,
            ])
        #expect(Array(shell.commands[1].arguments.prefix(2)) == ["sh", "-euc"])
        #expect(Array(shell.commands[1].arguments[4...5]) == [Self.directory, "0123"])
        #expect(shell.commands[1].deadline == .seconds(300))
    }

    @Test func `says who holds the lease`() async throws {
        expectLease(
            CommandResult(output: #"held {"since":17,"owner":{"actor":"bob","action":"x","runURL":"","since":0}}"#))
        let bob = LeaseOwner(actor: "bob", action: "x", since: 17)
        await #expect(throws: LeaseError.held(by: bob)) {
            try await droplet.withLease(as: owner, waiting: .zero) { _ in }
        }
    }

    @Test func `says whom it waits for`() async throws {
        expectLease(
            CommandResult(
                output: #"waiting {"since":17,"owner":{"actor":"bob","action":"x","runURL":"","since":0}}"#
                    + "\nready 0123\n"))
        let holders = Mutex<[LeaseOwner]>([])
        try await droplet.withLease(
            as: owner, waiting: .seconds(60), onWait: { holder in holders.withLock { $0.append(holder) } }
        ) { _ in }
        #expect(holders.withLock { $0 } == [LeaseOwner(actor: "bob", action: "x", since: 17)])
    }

    @Test func `who is not patient is given no time to wait`() async throws {
        expectLease()
        try await droplet.withLease(as: owner, waiting: .zero) { _ in }
        #expect(shell.commands[0].arguments.dropLast().last == "0")
    }

    @Test func `tells a lease that cannot be taken from one that was lost`() async throws {
        expectLease(CommandResult(status: 1, errorOutput: "mkdir: cannot create directory"))
        let error = await #expect(throws: DeployError.self) {
            try await droplet.withLease(as: owner, waiting: .zero) { _ in }
        }
        #expect(error?.evidence == ["mkdir: cannot create directory"])
        expectLease(CommandResult(status: 255, errorOutput: "Broken pipe"))
        await #expect(throws: LeaseError.lost(evidence: "Broken pipe")) {
            try await droplet.withLease(as: owner, waiting: .zero) { _ in }
        }
    }

    @Test func `loses the lease when the fence refuses, and only then`() async throws {
        expectLease()
        let refused = CommandResult(status: 75, errorOutput: "deploykit: the lease has another owner now\n")
        shell.expect("a change", where: { _ in true }, answer: { _ in refused })
        shell.expect("a change", where: { _ in true }, answer: { _ in CommandResult(status: 75) })
        try await droplet.withLease(as: owner, waiting: .zero) { leased in
            await #expect(throws: LeaseError.self) { try await leased.clear(.blue) }
            let error = await #expect(throws: DeployError.self) { try await leased.clear(.blue) }
            #expect(error?.code == .droplet)
            #expect(error?.message == "clearing blue on deploy@203.0.113.7 failed with status 75")
        }
    }

    @Test(arguments: [
        ("seed\n", "the job seed did not end"), ("seed\nimport\n", "the jobs import and seed did not end"),
        ("", "not all of it could be started"),
    ])
    func `names the jobs that did not end before the deadline`(running: String, words: String) async throws {
        shell.expect("the start", where: { $0.arguments.contains(DropletScript.start.text) }) { _ in
            throw ShellError(.deadline, machine: "m", message: "killed", evidence: "Container seed  Started")
        }
        shell.expect(
            "the jobs", where: { $0.arguments.contains("label=com.docker.compose.project=shop-staging-blue") },
            answer: { _ in CommandResult(output: running) })
        let release = try #require(Release.ID(rawValue: "1.0"))
        let error = await #expect(throws: DeployError.self) {
            try await LeasedShellDroplet(droplet, token: "0123")
                .start(release, in: .blue, services: ["seed", "import", "web"], within: .seconds(120))
        }
        #expect(error?.code == .unhealthy)
        #expect(error?.message.hasSuffix(": \(words)") == true)
        #expect(error?.evidence == ["Container seed  Started"])
        #expect(error?.next.contains("kind: .worker") == !running.isEmpty)
        try shell.finish()
    }

    @Test func `sends a release's files and secrets through the standard input`() async throws {
        expectLease()
        shell.expect("staging", where: { _ in true }, answer: { _ in CommandResult() })
        let id = try #require(Release.ID(rawValue: "1.0"))
        let release = Release(
            id: id, version: "1.0", services: [Service(name: "migrate", kind: .job)], images: [:],
            environmentDigests: [:], fingerprint: "", salt: "")
        let bundle = ReleaseBundle(
            release: release, projects: [.blue: "{b}", .green: "{g}"], environment: Secret("export A='s3cr3t'\n"),
            files: [1, 255], attachments: [StoreAttachment(service: "db", network: "back", aliases: ["database"])],
            volumes: [["docker", "volume", "create", "it's"]])
        try await droplet.withLease(as: owner, waiting: .zero) { try await $0.stage(bundle) }
        let command = shell.commands[1]
        #expect(!command.arguments.joined().contains("s3cr3t"))
        let input = command.input.bytes
        let text = String(decoding: input.dropLast(2), as: UTF8.self)
        #expect(text.contains("{b}{g}export A='s3cr3t'\nmigrate\ndb back db database\n"))
        #expect(text.hasSuffix(#"docker volume create 'it'\''s' >/dev/null"# + "\n"))
        #expect(input.suffix(2) == [1, 255])
        #expect(command.arguments.suffix(2) == ["files", "2"])
        #expect(command.arguments.contains("releases/1.0"))
    }

    @Test func `probes the preview and the public name on the edge's loopback`() async throws {
        let edge = EdgeListeners(block: PortBlock(first: 20000), hasCertificates: true)
        let leased = LeasedShellDroplet(droplet, token: "0123")
        leased.memory.keep(edge)
        transport.answer(
            HTTPResponse(status: 200, headers: [HTTPHeader("x-deploykit-slot", "green")], body: Array("ok".utf8)))
        let preview = try await leased.probe(
            Probe(host: "shop.test", target: "/health", path: .preview(.blue), timeout: .seconds(1)))
        let visit = try await leased.probe(
            Probe(host: "shop.test", target: "/health", path: .public, timeout: .seconds(1)))
        #expect(preview.isSuccess && preview.detail == "ok")
        #expect(visit.slot == .green)
        #expect(transport.requests.map(\.url) == ["http://shop.test/health", "https://shop.test/health"])
        #expect(
            transport.requests.map(\.connectTo) == [
                .address(host: "127.0.0.1", port: 20498), .address(host: "127.0.0.1", port: 20496),
            ])
        #expect(transport.requests.allSatisfy { $0.certificateAuthorities == "/ca.pem" })
    }

    @Test func `takes a probe without an answer for a result`() async throws {
        let leased = LeasedShellDroplet(droplet, token: "0123")
        leased.memory.keep(EdgeListeners(block: PortBlock(first: 20000), hasCertificates: false))
        let result = try await leased.probe(
            Probe(host: "shop.test", target: "/", path: .public, timeout: .seconds(1)))
        #expect(result.status == nil && result.detail == "nobody answers")
        #expect(transport.requests.map(\.url) == ["http://shop.test/"])
    }
}

/// Answers every request alike, and remembers it.
private final class RecordingTransport: HTTPTransport {
    private let state = Mutex<(requests: [HTTPRequest], response: HTTPResponse?)>(([], nil))

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func answer(_ response: HTTPResponse) { state.withLock { $0.response = response } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let response = state.withLock { state in
            state.requests.append(request)
            return state.response
        }
        guard let response else { throw HTTPError(.refused, "nobody answers") }
        return response
    }
}

private struct NoCarrier: ImageCarrier {
    func carry(_ images: [ImagePin], through fenced: any Shell) async throws -> [Digest: String] { [:] }
}
