import DeployKit
import Testing

/// What OpenSSH 9.2 printed, and what it means.
struct SSHFailureTests {
    static let destination = SSHDestination(host: "203.0.113.7", user: "deploy")

    struct Case: Sendable, CustomTestStringConvertible {
        var log: String
        var code: ShellError.Code
        var hint: String
        var testDescription: String { code.name + ": " + hint }
    }

    static let connecting = [
        Case(
            log: """
                debug1: Server host key: ssh-ed25519 SHA256:V1Fark
                No ED25519 host key is known for 203.0.113.7 and you have requested strict checking.
                Host key verification failed.
                """,
            code: .hostKey, hint: "203.0.113.7 is not among the known hosts: it showed SHA256:V1Fark."),
        Case(
            log: """
                debug1: Server host key: ssh-ed25519 SHA256:V1Fark
                @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
                Host key for 203.0.113.7 has changed and you have requested strict checking.
                Host key verification failed.
                """,
            code: .hostKey, hint: "another host key than the expected one: it showed SHA256:V1Fark."),
        Case(
            log: """
                debug1: Offering public key: key ED25519 SHA256:blal explicit
                deploy@203.0.113.7: Permission denied (publickey).
                """,
            code: .refused, hint: "refused the key SHA256:blal."),
        Case(
            log: """
                Load key "key": error in libcrypto
                deploy@203.0.113.7: Permission denied (publickey).
                """,
            code: .refused, hint: "DEPLOYKIT_SSH_KEY is no usable private key"),
        Case(
            log: "ssh: Could not resolve hostname shop.invalid: Name or service not known",
            code: .unreachable, hint: "is not known. Is DEPLOYKIT_HOST right?"),
        Case(
            log: "ssh: connect to host 203.0.113.7 port 22: Connection timed out",
            code: .unreachable, hint: "does not answer on port 22"),
        Case(
            log: "kex_exchange_identification: Connection closed by remote host",
            code: .unreachable, hint: "no SSH connection to 203.0.113.7, port 22, came about"),
    ]

    @Test(arguments: connecting)
    func `says why no connection came about`(example: Case) {
        let error = SSHFailure.connecting(
            log: example.log, to: Self.destination, expected: ["256 SHA256:other 203.0.113.7 (ED25519)"])
        #expect(error.code == example.code)
        #expect(error.message.contains(example.hint))
        #expect(!error.evidence.isEmpty)
        #expect(!error.evidence.contains("debug1"))
    }

    @Test func `shows the host key that came and the one that was expected`() {
        let error = SSHFailure.connecting(
            log: Self.connecting[1].log, to: Self.destination, expected: ["256 SHA256:other 203.0.113.7 (ED25519)"])
        #expect(
            error.evidence == """
                shown:    ssh-ed25519 SHA256:V1Fark
                expected: 256 SHA256:other 203.0.113.7 (ED25519)
                """)
    }

    @Test(arguments: [
        "Control socket connect(/tmp/d/control): Connection refused\n"
            + "kex_exchange_identification: Connection closed by remote host",
        "mux_client_request_session: read from master failed: Broken pipe",
    ])
    func `knows a client without a connection`(errorOutput: String) {
        #expect(SSHFailure.client(errorOutput: errorOutput, on: Self.destination)?.code == .connectionLost)
    }

    @Test func `knows a server that allows no more sessions`() {
        let error = SSHFailure.client(
            errorOutput: """
                mux_client_request_session: session request failed: Session open refused by peer
                kex_exchange_identification: Connection closed by remote host
                """, on: Self.destination)
        #expect(error?.code == .notStarted)
        #expect(error?.message.contains("MaxSessions") == true)
    }

    @Test func `leaves a command alone that exited with 255 itself`() {
        #expect(SSHFailure.client(errorOutput: "curl: (7) failed\n", on: Self.destination) == nil)
    }
}
