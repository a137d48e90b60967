import DeployKit
import Testing

/// Bad input against a real droplet: refused before anything changes, by name.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct RefusalLabTests {
    private let example = Lab.package + "Examples/bankflow"

    @Test func `a droplet that cannot be reached, or is another one, is named`() async throws {
        try await LabDroplet.with { droplet in
            let other = try await Lab.output([
                "sh", "-euc",
                #"folder=$(mktemp -d); ssh-keygen -q -t ed25519 -N "" -f "$folder/key"; cat "$folder/key"; rm -r "$folder""#,
            ])
            for (variables, words) in [
                (["DEPLOYKIT_HOST": "127.0.0.1", "DEPLOYKIT_PORT": "1"], "127.0.0.1"),
                (
                    [
                        "DEPLOYKIT_KNOWN_HOSTS":
                            "\(droplet.address) ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJfD9nMhYbDEJzCBzpjY6zVp8Dzp0b5tgdj1XvQcH9bK"
                    ], "host key"
                ),
                (["DEPLOYKIT_SSH_KEY": other], "refused the key"),
            ] {
                let result = try await droplet.stage("status", variables: variables)
                #expect(result.status == 3, "\(result.errorOutput)")
                #expect(result.errorOutput.lowercased().contains(words), "\(result.errorOutput)")
            }
        }
    }

    @Test func `settings that are missing are named together`() async throws {
        let result = try await Lab.run(["env", "-i", Lab.package + ".build/debug/ci-stage", "status"])
        #expect(result.status == 2)
        for name in ["DEPLOYKIT_HOST", "DEPLOYKIT_SSH_KEY", "DEPLOYKIT_KNOWN_HOSTS"] {
            #expect(result.errorOutput.contains(name), "\(result.errorOutput)")
        }
    }

    @Test func `a second deploy fails at once with the name of the first, or waits for it`() async throws {
        try await LabDroplet.with { droplet in
            try #require(try await droplet.deploy("v1").isSuccess)
            async let slow = droplet.deploy(
                "v2", variables: ["BOOT_DELAY_MS": "4000", "DEPLOYKIT_ACTOR": "ana"])
            var status = try await droplet.status()
            while status.leaseOwner == nil { status = try await droplet.status() }
            #expect(status.leaseOwner?.actor == "ana")
            let refused = try await droplet.stage("rollback")
            #expect(refused.status == 4)
            #expect(refused.errorOutput.contains("ana"), "\(refused.errorOutput)")
            let waiting = try await droplet.stage("rollback", "--wait", "60")
            #expect(try await slow.isSuccess)
            #expect(waiting.isSuccess, "\(waiting.errorOutput)")
            #expect(try await droplet.version() == "v1")
        }
    }

    @Test func `a droplet that is set up otherwise, or lacks a program, is refused with what to do`() async throws {
        try await LabDroplet.with { droplet in
            try await droplet.root("systemctl stop haproxy")
            let edge = try await droplet.deploy("v1")
            #expect(edge.status == 2, "\(edge.errorOutput)")
            #expect(edge.errorOutput.contains("HAProxy"))
            try await droplet.root("systemctl start haproxy; systemctl stop docker.socket docker")
            let engine = try await droplet.deploy("v1")
            #expect(engine.status == 2, "\(engine.errorOutput)")
            #expect(engine.errorOutput.contains("Docker"))
            try await droplet.root("systemctl start docker")
            #expect(try await droplet.stage("doctor").isSuccess)
        }
    }
}
