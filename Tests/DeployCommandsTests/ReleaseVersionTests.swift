import DeployKit
import DeployKitTesting
import Testing

@testable import DeployCommands

struct ReleaseVersionTests {
    @Test(arguments: [(["../app/compose.yaml"], nil, "../app"), ([], "app", "app"), ([], nil, ".")])
    func `a release is named by the commit of the repository that its Compose file is in`(
        files: [String], projectDirectory: String?, folder: String
    ) async throws {
        var project = ProjectOptions()
        (project.files, project.projectDirectory) = (files, projectDirectory)
        (project.profiles, project.environmentFiles, project.release) = ([], [], nil)
        let shell = ScriptedShell()
        shell.expect("git", where: { $0.arguments.prefix(3) == ["git", "-C", folder] }) { _ in
            CommandResult(output: "0123456789ab\n")
        }
        shell.expect("Compose and the listing", repeats: true, where: { $0.arguments.first != "git" }) { command in
            CommandResult(
                output: command.arguments.contains("config") ? #"{"name":"x","services":{}}"# : "/repo\n/home/ana\n")
        }
        let programs = LivePrograms(shell: shell, transport: NoTransport())
        var context = CommandContext.live(CommandRun.environment, variables: [:])
        context.variables = ["DEPLOYKIT_HOST": "h", "DEPLOYKIT_SSH_KEY": "k", "DEPLOYKIT_KNOWN_HOSTS": "h k"]
        // Its routes lead nowhere, so its images are not looked up.
        let candidate = try await programs.candidate(project, context: context)
        #expect(candidate.version == "0123456789ab")
        try shell.finish()
    }
}

private struct NoTransport: HTTPTransport {
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        throw HTTPError(.refused, "nobody answers")
    }
}
