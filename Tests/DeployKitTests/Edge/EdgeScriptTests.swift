import DeployKitTesting
import Testing

@testable import DeployKit

struct EdgeScriptTests {
    @Test(
        .enabled("shellcheck is installed") {
            try await LocalShell().run(Command(["sh", "-c", "command -v shellcheck"])).isSuccess
        },
        arguments: EdgeScript.all)
    func `passes shellcheck`(_ script: EdgeScript) async throws {
        let command = Command(["shellcheck", "--shell=sh", "-"], input: Secret("set -eu\n" + script.text))
        let result = try await LocalShell().run(command)
        #expect(result.isSuccess, "\(script.name): \(result.output)")
    }

    @Test func `holds no value of an environment`() throws {
        let command = try EdgePaths().cutOver(EdgeFixture.production)
        #expect(command.arguments[2] == EdgeScript.cutOver.text)
        #expect(
            command.arguments[4...7] == [
                "/var/lib/deploykit/edge", "/run/haproxy/admin.sock", "shop-production", "blue",
            ])
    }
}
