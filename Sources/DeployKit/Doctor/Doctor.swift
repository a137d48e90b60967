/// Checks what a deploy needs, on the runner and on the droplet.
public struct Doctor: Sendable {
    /// Runs commands on this machine.
    public var runner: any Shell
    /// Where the release goes.
    public var environment: Environment

    /// Makes a doctor.
    public init(runner: any Shell, environment: Environment) {
        self.runner = runner
        self.environment = environment
    }

    /// What is the matter on the runner: its programs, and the engine where images travel from here.
    public func findings() async -> [Finding] {
        var findings: [Finding] = []
        let ssh = await version(of: ["ssh", "-V"])
        if ssh == nil {
            findings.append(
                Finding(.refusal, "runner.ssh", "OpenSSH is missing", advice: "apt-get install openssh-client"))
        }
        let compose = await version(of: ["docker", "compose", "version", "--short"])
        if let compose, HostFacts.isOlder(compose, than: "2.20") {
            findings.append(
                Finding(
                    .refusal, "runner.compose", "Docker Compose \(compose) is too old: 2.20 is the oldest that works",
                    advice: "Install the current Compose plugin."))
        } else if compose == nil {
            findings.append(
                Finding(
                    .refusal, "runner.compose", "Docker Compose is missing: docker compose version fails",
                    advice: "Install Docker's Compose plugin: \(ComposeClient.installation)."))
        }
        if case .overSSH = environment.images,
            await version(of: ["docker", "info", "--format", "{{.ServerVersion}}"]) == nil
        {
            findings.append(
                Finding(
                    .refusal, "runner.docker",
                    "the Docker engine of this machine does not answer: images travel from it",
                    advice: "Start it, or let the droplet pull from a registry: DEPLOYKIT_IMAGES=registry"))
        }
        return findings
    }

    /// What is the matter on the droplet, from what was observed.
    public static func findings(of state: DropletState, environment: Environment) -> [Finding] {
        var findings = Planner(environment: environment, state: state).hostFindings()
        if !state.host.hasCertificates {
            findings.append(
                Finding(
                    .note, "droplet.certificates", "the edge has no certificate: it serves plain HTTP only",
                    advice: "Put the certificate and its key, in one PEM file, into /etc/haproxy/certs."))
        }
        if let owner = state.leaseOwner {
            findings.append(Finding(.note, "lease", "\(owner.actor) holds the lease: \(owner.action)"))
        }
        for store in state.stores where store.state != .running || store.health == .unhealthy {
            findings.append(
                Finding(
                    .warning, "stores.\(store.service)",
                    "the store is \(store.state.rawValue), \(store.health.rawValue)",
                    advice: "Look at its log with the command logs \(store.service)."))
        }
        return findings
    }

    /// What is the matter with the audit trail.
    public static func findings(of verdict: AuditVerdict) -> [Finding] {
        guard !verdict.isIntact else { return [] }
        return [
            Finding(
                .refusal, "audit",
                "the audit trail does not verify: \(verdict.problems.map(\.text).joined(separator: "; "))",
                advice: "Find out who changed it; --new-audit-chain begins a new one that records the break.")
        ]
    }

    private func version(of arguments: [String]) async -> String? {
        guard let result = try? await runner.run(Command(arguments, deadline: .seconds(10))), result.isSuccess else {
            return nil
        }
        return result.output.lastLines(1)
    }
}
