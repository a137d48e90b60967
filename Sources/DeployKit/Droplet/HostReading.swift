import FoundationEssentials

/// What a droplet's programs and settings are, from the parts of an observation.
struct HostReading: Sendable {
    let sections: Sections

    /// The engine as its `info` shows it.
    struct Engine: Sendable, Decodable {
        var version: String?
        var liveRestore: Bool?
        var logDriver: String?

        private enum CodingKeys: String, CodingKey {
            case version = "ServerVersion"
            case liveRestore = "LiveRestoreEnabled"
            case logDriver = "LoggingDriver"
        }
    }

    private struct DaemonFile: Decodable {
        var userlandProxy: Bool?

        private enum CodingKeys: String, CodingKey {
            case userlandProxy = "userland-proxy"
        }
    }

    /// The engine; nil when it does not answer the deploy user.
    var engine: Engine? {
        try? JSONDecoder().decode(Engine.self, from: Data(sections["engine"].utf8))
    }

    /// The version of the engine; empty when it does not answer.
    var docker: String { Self.version(in: engine?.version ?? "") }

    /// The version of Compose; empty when it is missing.
    var compose: String { Self.version(in: sections["compose"]) }

    /// The number in a version, without what a distribution adds to it: `26.1.5` of `26.1.5+dfsg1`.
    static func version(in text: String) -> String {
        String(text.drop { !$0.isNumber }.prefix { $0.isNumber || $0 == "." })
    }

    /// A figure of `/proc/meminfo`, in bytes.
    func memory(_ key: String) -> Int {
        for line in sections["memory"].split(separator: "\n") where line.hasPrefix(key + ":") {
            return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
        }
        return 0
    }

    /// The free and the whole disk space, in bytes.
    var disk: (free: Int, total: Int) {
        let figures = sections["disk"].split(separator: "\n").last?.split(separator: " ").compactMap { Int($0) } ?? []
        return figures.count == 2 ? (figures[0], figures[1]) : (0, 0)
    }

    /// The settings that the droplet should have and has not.
    var deviations: [Finding] {
        toolFindings + edgeFindings + groupFindings + folderFindings + engineFindings + portFindings
            + connectionFindings
    }

    private var missing: [Substring] { sections["missing"].split(separator: "\n") }

    /// Without them Docker or HAProxy would seem not to answer.
    private var toolFindings: [Finding] {
        let packages = ["curl": "curl", "flock": "util-linux", "socat": "socat"]
        return missing.compactMap { tool in
            packages[String(tool)].map { package in
                Finding(
                    .refusal, "droplet.\(tool)", "the program \(tool) is missing on the droplet",
                    advice: "Install it there: apt-get install \(package)")
            }
        }
    }

    /// A HAProxy that runs has to read the edge's configuration, and to take commands of the master.
    private var edgeFindings: [Finding] {
        let running = sections["haproxy"]
        guard !running.isEmpty else { return [] }
        var findings: [Finding] = []
        let folder = "\(EdgeConfiguration.root)/current"
        if !running.contains(folder) {
            findings.append(
                Finding(
                    .refusal, HostFacts.edgeFolder,
                    "HAProxy does not read \(folder): no route would ever reach a release",
                    advice: "Write CONFIG=\(folder) to /etc/default/haproxy, and restart HAProxy."))
        }
        if missing.contains("master") {
            let socket = EdgePaths().master
            findings.append(
                Finding(
                    .refusal, HostFacts.edgeMaster,
                    "HAProxy has no master socket \(socket), through which it is reloaded",
                    advice:
                        "Write EXTRAOPTS=\"-S \(socket),mode,660,uid,0,gid,GID\", with the number of the group haproxy, to "
                        + "/etc/default/haproxy, and restart HAProxy."))
        }
        return findings
    }

    /// The deploy user speaks with Docker and HAProxy through the sockets of their groups.
    private var groupFindings: [Finding] {
        let groups = sections["groups"].split(separator: " ")
        guard !groups.isEmpty, !groups.contains("root") else { return [] }
        return ["docker", "haproxy"].filter { !groups.contains(Substring($0)) }.map { group in
            Finding(
                .refusal, "groups", "the deploy user is not in the group \(group), and cannot use its socket",
                advice: "Put it there, and log in again: usermod --append --groups \(group) USER")
        }
    }

    private var engineFindings: [Finding] {
        // That it does not answer is said with the versions.
        guard let engine else { return [] }
        var findings: [Finding] = []
        let daemon = try? JSONDecoder().decode(DaemonFile.self, from: Data(sections["daemon"].utf8))
        if daemon?.userlandProxy != false {
            findings.append(
                daemonFinding(.refusal, "userland-proxy is on: requests are lost when a container ends"))
        }
        if engine.liveRestore != true {
            findings.append(
                daemonFinding(.refusal, "live-restore is off: a restart of the daemon stops every container"))
        }
        if engine.logDriver != "local" {
            findings.append(
                daemonFinding(.note, "the log driver is \(engine.logDriver ?? "unknown"), and its files may grow"))
        }
        return findings
    }

    private func daemonFinding(_ severity: Finding.Severity, _ message: String) -> Finding {
        Finding(
            severity, "/etc/docker/daemon.json", message,
            advice: #"Write {"userland-proxy": false, "live-restore": true, "log-driver": "local"} and restart Docker."#
        )
    }

    private var portFindings: [Finding] {
        let reserved = sections["ports"].split(separator: ",").contains { range in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            return ends.count == 2 && ends[0] <= 20000 && ends[1] >= 29999
        }
        guard !reserved else { return [] }
        return [
            Finding(
                .refusal, "net.ipv4.ip_local_reserved_ports",
                "20000-29999 are not reserved: another program may take the port of a container",
                advice: "Write net.ipv4.ip_local_reserved_ports=20000-29999 to a file in /etc/sysctl.d, and load it."
            )
        ]
    }

    /// The state of all environments is written there by the deploy user.
    private var folderFindings: [Finding] {
        sections["closed"].split(separator: "\n").map { folder in
            Finding(
                .refusal, "folder", "the deploy user cannot write to \(folder)",
                advice: "Give it to the user there: install -d -o USER -g haproxy -m 750 \(folder)")
        }
    }

    /// A value of sshd's configuration, in small letters; sshd takes the first one that it meets.
    private func sshdValue(_ key: String) -> String? {
        sections["sshd"].split(separator: "\n").lazy
            .map { $0.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "=" }) }
            .first { $0.first?.lowercased() == key }?.dropFirst().first?.lowercased()
    }

    /// Probes go through the connection; and sshd's own default is not to ask whether a runner is still there.
    private var connectionFindings: [Finding] {
        var findings: [Finding] = []
        if let value = sshdValue("allowtcpforwarding"), !["yes", "all", "local"].contains(value) {
            findings.append(
                Finding(
                    .refusal, "sshd", "AllowTcpForwarding is \(value): no probe of this machine reaches the edge",
                    advice: "Write AllowTcpForwarding local to a file in /etc/ssh/sshd_config.d, and reload ssh."))
        }
        if sshdValue("clientaliveinterval") ?? "0" == "0" {
            findings.append(
                Finding(
                    .warning, "sshd",
                    "ClientAliveInterval is not set: the lease of a runner whose network is gone stays held",
                    advice: "Write ClientAliveInterval 5 and ClientAliveCountMax 3 to a file in "
                        + "/etc/ssh/sshd_config.d, and reload ssh."))
        }
        return findings
    }
}
