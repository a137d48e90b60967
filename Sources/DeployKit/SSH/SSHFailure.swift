/// Reads OpenSSH's messages: why a connection did not come about, or is gone.
package enum SSHFailure {
    /// The error of a master that ended before it was ready.
    ///
    /// - Parameters:
    ///   - log: What it printed at log level `DEBUG1`.
    ///   - destination: Where it was to connect.
    ///   - expected: The fingerprints of the host keys that were expected, as `ssh-keygen -l` prints them.
    /// - Returns: The error, with what to do about it.
    package static func connecting(log: String, to destination: SSHDestination, expected: [String]) -> ShellError {
        let lines = log.split(whereSeparator: \.isNewline).map(String.init)
        let words = lines.filter { !$0.hasPrefix("debug") && !$0.allSatisfy { $0 == "@" } }
        let evidence = words.suffix(12).joined(separator: "\n")
        func error(_ code: ShellError.Code, _ message: String, _ evidence: String) -> ShellError {
            ShellError(code, machine: "\(destination)", message: message, status: 255, evidence: evidence)
        }
        if words.contains(where: { $0.hasPrefix("Host key verification failed") || $0.contains("no matching host key") }
        ) {
            return error(
                .hostKey,
                hostKeyMessage(lines, destination, expected),
                hostKeyEvidence(lines, expected)
            )
        }
        if words.contains(where: { $0.contains("Permission denied") || $0.contains("Too many authentication failures") }
        ) {
            let offered = lines.filter { $0.contains("Offering public key: ") }.compactMap(fingerprint)
            let key = offered.first.map { "the key \($0)" } ?? "no key: DEPLOYKIT_SSH_KEY is no usable private key"
            return error(
                .refused,
                "\(destination.host) refused \(key). Is its public half in ~\(destination.user)/.ssh/authorized_keys "
                    + "on the droplet, and is \(destination.user) the right user (DEPLOYKIT_USER)?",
                evidence
            )
        }
        if let line = words.last(where: { $0.contains("Could not resolve hostname") }) {
            return error(
                .unreachable, "the name \(destination.host) is not known. Is DEPLOYKIT_HOST right?", line)
        }
        if let line = words.last(where: { $0.hasPrefix("ssh: connect to host") }) {
            return error(
                .unreachable,
                "\(destination.host) does not answer on port \(destination.port). Is the droplet on, is "
                    + "DEPLOYKIT_HOST right, and does its firewall let this machine in?",
                line
            )
        }
        return error(
            .unreachable, "no SSH connection to \(destination.host), port \(destination.port), came about", evidence)
    }

    /// The error of a client that ended with 255 for want of a connection; nil when its command may have ended so.
    package static func client(errorOutput: String, on destination: SSHDestination) -> ShellError? {
        let last = errorOutput.lastLines(4)
        if last.contains("Session open refused by peer") {
            return ShellError(
                .notStarted,
                machine: "\(destination)",
                message: "the droplet allows no more commands at once over one connection. Set MaxSessions to 10 or "
                    + "more in its sshd_config.",
                status: 255,
                evidence: last
            )
        }
        let isLost = ["Control socket connect(", "kex_exchange_identification: ", "mux_client_"]
            .contains { mark in last.split(separator: "\n").contains { $0.hasPrefix(mark) } }
        return isLost ? lost(destination, evidence: last) : nil
    }

    /// The error of a command whose connection is gone.
    static func lost(_ destination: SSHDestination, evidence: String) -> ShellError {
        ShellError(
            .connectionLost,
            machine: "\(destination)",
            message: "the SSH connection to \(destination.host) is lost",
            status: 255,
            evidence: evidence
        )
    }

    private static func hostKeyMessage(
        _ lines: [String],
        _ destination: SSHDestination,
        _ expected: [String]
    ) -> String {
        let isChanged = lines.contains { $0.contains("REMOTE HOST IDENTIFICATION HAS CHANGED") }
        let shown = lines.lazy.filter { $0.hasPrefix("debug1: Server host key: ") }.compactMap(fingerprint).first
        let what =
            isChanged
            ? "\(destination.host) showed another host key than the expected one"
            : "\(destination.knownHostsName) is not among the known hosts"
        return
            "\(what)\(shown.map { ": it showed \($0)" } ?? ""). Nothing was sent to it. Compare with `ssh-keygen -lf "
            + "/etc/ssh/ssh_host_ed25519_key.pub` on the droplet's console; only if it is the same, set "
            + "DEPLOYKIT_KNOWN_HOSTS to what `ssh-keyscan -p \(destination.port) \(destination.host)` prints."
    }

    private static func hostKeyEvidence(_ lines: [String], _ expected: [String]) -> String {
        let shown = lines.filter { $0.hasPrefix("debug1: Server host key: ") }
            .map { "shown:    " + $0.dropFirst("debug1: Server host key: ".count) }
        return (shown + expected.map { "expected: \($0)" }).joined(separator: "\n")
    }

    private static func fingerprint(_ line: String) -> String? {
        line.split(separator: " ").first { $0.hasPrefix("SHA256:") }.map(String.init)
    }
}
