extension HostFacts {
    /// The oldest versions that have what a deploy needs.
    ///
    /// Docker 25 brought the start interval of health checks (its release notes), Compose 2.20 understands it,
    /// HAProxy 3.0 optional map files (its change log); Debian 13 has 26.1, 2.26 and 3.0.
    static let minimumVersions: [(program: String, version: String, package: String)] = [
        ("Docker", "25.0", "docker.io"), ("Compose", "2.20", "docker-compose"), ("HAProxy", "3.0", "haproxy"),
    ]

    /// The subject of a HAProxy that reads another configuration.
    static let edgeFolder = "droplet.HAProxy.configuration"
    /// The subject of a HAProxy without its master socket.
    static let edgeMaster = "droplet.HAProxy.master"

    /// The deviations for which a program would seem not to answer.
    private static let causesOfSilence: [String: Set] = [
        "Docker": ["droplet.curl"], "HAProxy": ["droplet.socat", edgeFolder, edgeMaster],
    ]

    /// What keeps a deploy from this droplet: programs that are missing or too old, and settings that deviate.
    public var findings: [Finding] {
        let versions = ["Docker": docker, "Compose": compose, "HAProxy": haproxy]
        let programs = Self.minimumVersions.compactMap { program, minimum, package -> Finding? in
            let version = versions[program] ?? ""
            if version.isEmpty {
                // What it is asked with is missing: whether it answers is not known.
                let causes = Self.causesOfSilence[program] ?? []
                if deviations.contains(where: { $0.severity == .refusal && causes.contains($0.subject) }) { return nil }
                if program == "Compose", !docker.isEmpty {
                    return Finding(
                        .refusal, "droplet.\(program)", "Docker is there on the droplet, and its Compose plugin is not",
                        advice: "Install the plugin there: apt-get install \(package)")
                }
                return Finding(
                    .refusal, "droplet.\(program)", "\(program) does not answer on the droplet",
                    advice: "Install and start it there: apt-get install \(package)")
            }
            guard Self.isOlder(version, than: minimum) else { return nil }
            return Finding(
                .refusal, "droplet.\(program)", "\(program) \(version) is too old: \(minimum) is the oldest that works",
                advice: "Upgrade it there: apt-get install \(package), on Debian 13")
        }
        return programs + deviations
    }

    /// Whether one dotted version is older than another; text after the numbers does not count.
    static func isOlder(_ version: String, than minimum: String) -> Bool {
        numbers(version).lexicographicallyPrecedes(numbers(minimum))
    }

    private static func numbers(_ version: String) -> [Int] {
        version.drop { !$0.isNumber }.split(separator: ".").prefix(3).map { part in
            Int(part.prefix { $0.isNumber }) ?? 0
        }
    }
}
