import DeployKit
import Testing

@testable import DeployCommands

struct SettingsTests {
    @Test func `what is missing is named together, and where to set it`() {
        let error = #expect(throws: DeployError.self) { try RuntimeSettings(from: ["DEPLOYKIT_PORT": "none"]) }
        let words = ([error?.message ?? ""] + (error?.evidence ?? [])).joined(separator: "\n")
        for name in ["DEPLOYKIT_HOST", "DEPLOYKIT_SSH_KEY", "DEPLOYKIT_KNOWN_HOSTS", "DEPLOYKIT_PORT"] {
            #expect(words.contains(name))
        }
        #expect(error?.next.contains("GitHub") == true)
    }

    @Test func `the run's own word on images wins over the environment's`() throws {
        let settings = try RuntimeSettings(from: [
            "DEPLOYKIT_HOST": "h", "DEPLOYKIT_SSH_KEY": "k", "DEPLOYKIT_KNOWN_HOSTS": "h k",
            "DEPLOYKIT_IMAGES": "registry",
        ])
        #expect(settings.applied(to: CommandRun.environment).images == .registry)
        #expect(settings.user == "deploy")
    }

    @Test(arguments: [
        (0, "1970-01-01 00:00:00 UTC"), (1_709_164_800, "2024-02-29 00:00:00 UTC"),
        (1_795_519_561, "2026-11-24 11:26:01 UTC"),
    ])
    func `times are shown as dates`(seconds: Int, text: String) {
        #expect(UTCTime.text(seconds) == text)
    }
}
