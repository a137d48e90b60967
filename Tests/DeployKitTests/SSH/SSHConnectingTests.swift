import DeployKit
import Testing

@Suite(.enabled(if: SSHServer.isInstalled))
struct SSHConnectingTests {
    private func error(_ settings: SSHSettings) async -> ShellError? {
        await #expect(throws: ShellError.self) {
            try await SSHShell.withConnection(settings) { _ in Issue.record("connected") }
        }
    }

    @Test func `refuses a host that is not known, and shows its key`() async throws {
        try await SSHServer.with { server in
            let shown = try await LocalShell().output(
                of: Command(["ssh-keygen", "-lf", "\(server.directory)/host.pub"]))
            let error = await error(server.settings(knownHosts: "empty_hosts"))
            #expect(error?.code == .hostKey)
            #expect(error?.message.contains("is not among the known hosts") == true)
            #expect(error?.message.contains("DEPLOYKIT_KNOWN_HOSTS") == true)
            #expect(error?.message.contains(shown.split(separator: " ")[1]) == true)
        }
    }

    @Test func `refuses another host key, and shows both`() async throws {
        try await SSHServer.with { server in
            let error = await error(server.settings(knownHosts: "changed_hosts"))
            #expect(error?.code == .hostKey)
            #expect(error?.message.contains("another host key") == true)
            for name in ["host", "other"] {
                let key = try await LocalShell().output(
                    of: Command(["ssh-keygen", "-lf", "\(server.directory)/\(name).pub"]))
                #expect(error?.evidence.contains(key.split(separator: " ")[1]) == true)
            }
        }
    }

    @Test func `names the key that was refused`() async throws {
        try await SSHServer.with { server in
            let error = await error(server.settings(key: "other"))
            #expect(error?.code == .refused)
            #expect(error?.message.contains("SHA256:") == true)
            #expect(error?.evidence.contains("Permission denied (publickey") == true)
        }
    }

    @Test func `says when the key is no key`() async throws {
        try await SSHServer.with { server in
            var settings = server.settings
            settings.key = .text(Secret("nonsense"))
            let error = await error(settings)
            #expect(error?.code == .refused)
            #expect(error?.message.contains("no usable private key") == true)
        }
    }

    @Test func `a pasted key without its last newline is good`() async throws {
        try await SSHServer.with { server in
            let key = try await LocalShell().output(of: Command(["cat", "\(server.directory)/key"]))
            var settings = server.settings
            settings.key = .text(Secret(String(key.dropLast()).split(separator: "\n").joined(separator: "\r\n")))
            let result = try await SSHShell.withConnection(settings) { try await $0.run(Command(["true"])) }
            #expect(result.isSuccess)
        }
    }

    @Test func `says when nothing answers`() async throws {
        let destination = SSHDestination(host: "127.0.0.1", port: 1, user: "deploy")
        let error = await error(
            SSHSettings(destination: destination, key: .text(Secret("x")), knownHosts: .text(Secret(""))))
        #expect(error?.code == .unreachable)
        #expect(error?.evidence.contains("Connection refused") == true)
    }

    @Test func `names a file that cannot be read`() async throws {
        let destination = SSHDestination(host: "127.0.0.1", port: 1, user: "deploy")
        let error = await error(
            SSHSettings(destination: destination, key: .file("/no/such/key"), knownHosts: .text(Secret(""))))
        #expect(error?.code == .refused)
        #expect(error?.message.contains("/no/such/key") == true)
        #expect(error?.message.contains("DEPLOYKIT_SSH_KEY_FILE") == true)
    }
}
