import FoundationEssentials
import Testing

@testable import DeployKit

struct DropletScriptTests {
    @Test(.enabled(if: hasShellcheck), arguments: DropletScript.all.map(\.name))
    func `passes shellcheck`(name: String) async throws {
        let script = try #require(DropletScript.all.first { $0.name == name })
        let command = Command(
            ["shellcheck", "--shell=sh", "--severity=style", "-"], input: Secret("set -eu\n" + script.text))
        let result = try await LocalShell().run(command)
        #expect(result.isSuccess, "\(result.output)")
    }

    @Test func `has every script in its list once`() {
        #expect(Set(DropletScript.all.map(\.name)).count == DropletScript.all.count)
    }

    private static let hasShellcheck = ["/usr/bin/shellcheck", "/usr/local/bin/shellcheck"]
        .contains { FileManager.default.isExecutableFile(atPath: $0) }
}
