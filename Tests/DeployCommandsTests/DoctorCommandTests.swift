import DeployKit
import DeployKitTesting
import Synchronization
import Testing

@testable import DeployCommands

/// What `doctor` looks at beside the droplet: the run's settings, and the project that would be deployed.
struct DoctorCommandTests {
    private static let settings = [
        "USER": "ana", "DEPLOYKIT_HOST": "h", "DEPLOYKIT_SSH_KEY": "k", "DEPLOYKIT_KNOWN_HOSTS": "h k",
    ]

    private let project = Project()

    @Test func `the runner is checked for the way that this run sends images`() async {
        let variables = Self.settings.merging(["DEPLOYKIT_IMAGES": "registry"]) { $1 }
        #expect(await doctor(variables: variables).output.contains("note: runner: registry"))
        #expect(await doctor(variables: Self.settings).output.contains("note: runner: overSSH"))
    }

    @Test func `a finding of what would be deployed is a finding`() async {
        let refusal = Finding(.refusal, "services.api.ports", "It has no port.")
        project.answer(.success([refusal]))
        let (code, output) = await doctor()
        #expect(code == DeployError.Code.unfit.exitCode)
        #expect(output.contains("refusal: services.api.ports: It has no port."))
    }

    @Test func `a project that cannot be read is a finding, and the droplet is checked all the same`() async {
        project.answer(.failure(DeployError(.image, "there is no image web", next: "Build it.")))
        let error = DeployError(.unreachable, "h does not answer")
        let (code, output) = await doctor("--file", "compose.yaml", dropletError: error)
        #expect(code == DeployError.Code.unfit.exitCode)
        #expect(output.contains("refusal: project: there is no image web"))
        #expect(output.contains("refusal: droplet: h does not answer"))
    }

    @Test func `a missing Compose file is a note where none was named`() async throws {
        let shell = ScriptedShell()
        shell.expect("compose", repeats: true, where: { _ in true }) { _ in
            CommandResult(status: 14, errorOutput: "no configuration file provided: not found\n")
        }
        let error = await #expect(throws: DeployError.self) {
            try await ComposeClient(shell: shell).model(of: ComposeSource())
        }
        project.answer(.failure(try #require(error)))
        let (code, output) = await doctor()
        #expect(code == 0)
        #expect(output.contains("note: project: no Compose project here"))
        #expect(await doctor("--project-directory", "elsewhere").code == DeployError.Code.unfit.exitCode)
    }

    @Test func `settings that are missing are said once`() async {
        let error = DeployError(.refused, "DEPLOYKIT_HOST is not set")
        project.answer(.failure(error))
        let (_, output) = await doctor(dropletError: error)
        #expect(output.split(separator: "DEPLOYKIT_HOST is not set").count == 2, "\(output)")
    }

    @Test func `a file of certificate authorities that is not there is refused`() async {
        let (code, output) = await doctor(variables: ["USER": "ana", "DEPLOYKIT_CA_FILE": "/nowhere/ca.pem"])
        #expect(code == DeployError.Code.unfit.exitCode)
        #expect(output.contains("refusal: DEPLOYKIT_CA_FILE: the file /nowhere/ca.pem cannot be read"))
    }

    private func doctor(
        _ options: String..., variables: [String: String] = ["USER": "ana"], dropletError: DeployError? = nil
    ) async -> (code: Int32, output: String) {
        let printed = Mutex("")
        let world = World(project: project, dropletError: dropletError)
        let context = CommandContext(
            environment: CommandRun.environment, variables: variables, isTerminal: false,
            write: { text in printed.withLock { $0 += text } }, writeError: { _ in },
            droplet: world, candidates: world,
            runnerFindings: { [Finding(.note, "runner", "\($0.images)")] })
        let code = await Adapter.run(["doctor"] + options, in: context)
        return (code, printed.withLock { $0 })
    }
}

/// What is found of the project that would be deployed.
private final class Project: Sendable {
    private let result = Mutex<Result<[Finding], DeployError>>(.success([]))

    func answer(_ result: Result<[Finding], DeployError>) { self.result.withLock { $0 = result } }

    func findings() throws -> [Finding] { try result.withLock { try $0.get() } }
}

private struct World: DropletAccess, CandidateSource {
    let project: Project
    let dropletError: DeployError?

    func withDroplet<Result: Sendable>(
        _ context: CommandContext, _ body: @escaping @Sendable (any Droplet) async throws -> Result
    ) async throws -> Result {
        if let dropletError { throw dropletError }
        return try await body(FakeDroplet(context.environment))
    }

    func candidate(_ options: ProjectOptions, context: CommandContext) async throws -> ReleaseCandidate {
        var candidate = ReleaseCandidate.fake("v1", services: [Service(name: "api", kind: .web, port: 8080)])
        candidate.findings = try project.findings()
        return candidate
    }
}
