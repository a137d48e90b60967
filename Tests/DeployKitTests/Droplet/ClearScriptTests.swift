import DeployKitTesting
import Testing

@testable import DeployKit

struct ClearScriptTests {
    /// A `docker` that cannot be asked.
    private static let broken = "#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2\nexit 1\n"
    /// A `curl` by which a new owner takes the lease while the former one clears.
    private static let overtaken = #"""
        #!/bin/sh
        echo new >"${0%/*}/token"
        """#

    private func inFolder(_ tool: String, _ text: String, _ body: (String, LocalShell) async throws -> Void)
        async throws
    {
        let shell = LocalShell()
        let folder = try await shell.output(of: Command(["mktemp", "-d"])).filter { !$0.isNewline }
        try await shell.output(
            of: .script(
                #"cd "$1"; cat >"$2"; chmod +x "$2"; echo old >token"#, [folder, tool], input: Secret(text)))
        let path = try await shell.output(of: Command(["printenv", "PATH"])).filter { !$0.isNewline }
        try await body(folder, LocalShell(environment: ["PATH": Secret("\(folder):\(path)")]))
        try await shell.output(of: Command(["rm", "-r", folder]))
    }

    @Test func `a former owner's clear is refused when a new one came in between`() async throws {
        try await inFolder("curl", Self.overtaken) { folder, shell in
            let fence = Fence(directory: folder, token: "old")
            let result = try await shell.run(fence.around(DropletScript.clear.command(["shop", folder, "old"])))
            #expect(Fence.hasRefused(result), "\(result)")
        }
    }

    @Test(arguments: [
        DropletScript.turnServices.command(["stop", "shop", "api"]),
        DropletScript.logs.command(["boundary", "10", "shop"]),
    ])
    func `a Docker that does not answer is a failure`(command: Command) async throws {
        try await inFolder("docker", Self.broken) { _, shell in
            let result = try await shell.run(command)
            #expect(!result.isSuccess, "\(result)")
        }
    }
}
