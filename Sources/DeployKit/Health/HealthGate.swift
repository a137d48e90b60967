/// Decides whether a release in a slot is healthy, from what is observed of it: a value, without waiting.
///
/// It passes when every container is healthy (or runs, where it has no health check), the edge finds every server
/// up, and every probed host answered with success as often in a row as the policy asks.
/// It fails at once when a container ended.
public struct HealthGate: Sendable {
    /// What is known so far.
    public enum Verdict: Sendable, Hashable {
        /// Not yet; what it waits for.
        case waiting(String)
        /// Healthy.
        case passed
        /// Never; why.
        case failed(String)
    }

    /// The services that have to be healthy.
    public let services: [Service]
    /// The hosts that are probed, each with the path that is asked.
    public let targets: [String: String]
    /// How many probes of a host have to succeed in a row.
    public let successes: Int

    private var health = SlotHealth()
    private var streaks: [String: Int] = [:]
    private var lastFailures: [String: ProbeResult] = [:]

    /// Makes a gate for a release.
    public init(release: Release, routes: [Route], policy: HealthPolicy) {
        self.services = release.services
        self.successes = max(policy.successes, 1)
        var targets: [String: String] = [:]
        for route in routes {
            guard let service = release.webServices.first(where: { $0.name == route.service }) else { continue }
            targets[route.host] = service.healthPath
        }
        self.targets = targets
    }

    /// Takes in how the slot is.
    public mutating func observe(_ health: SlotHealth) {
        let former = self.health.servers
        self.health = health
        for (index, server) in health.servers.enumerated() {
            // Between two checks the edge does not know the status any more: what it was is the evidence.
            guard let word = server.lastCheck.split(separator: " ").first, !word.contains("/"),
                let known = former.first(where: { $0.isSame(as: server) }), known.lastCheck.hasPrefix("\(word)/")
            else { continue }
            self.health.servers[index].lastCheck = known.lastCheck
        }
    }

    /// Takes in what came of a probe.
    public mutating func observe(_ result: ProbeResult) {
        if result.isSuccess {
            streaks[result.host, default: 0] += 1
            lastFailures[result.host] = nil
        } else {
            streaks[result.host] = 0
            lastFailures[result.host] = result
        }
    }

    /// The last probe of each host that did not succeed.
    public var failedProbes: [ProbeResult] { lastFailures.values.sorted { $0.host < $1.host } }

    /// How the slot was, the last time.
    public var lastHealth: SlotHealth { health }

    /// Whether a container was restarted, and nothing says with which status it had ended.
    var lacksExitStatus: Bool {
        health.containers.contains { $0.state == .running && $0.restarts > 0 && $0.exitStatus == 0 }
    }

    /// Whether each web service answered the edge's last check: then probes succeed, while others still wait.
    var answersChecks: Bool {
        failure == nil
            && services.filter { $0.kind == .web }.allSatisfy { service in
                let servers = health.servers.filter { $0.service == service.name }
                return !servers.isEmpty && servers.allSatisfy { $0.isUp || $0.lastCheck.hasPrefix("L7OK") }
            }
    }

    /// Whether the containers and the edge's checks are as they should be, so that probes alone decide.
    public var awaitsProbesAlone: Bool { failure == nil && pending == nil }

    /// The verdict on what was observed.
    public var verdict: Verdict {
        if let failure { return .failed(failure) }
        if let pending { return .waiting(pending) }
        for host in targets.keys.sorted() where (streaks[host] ?? 0) < successes {
            if let failed = lastFailures[host] { return .waiting(failed.summary) }
            return .waiting("probing \(host)")
        }
        return .passed
    }

    /// Why it failed; nil while it has not.
    var failure: String? { health.containers.failure(of: services) }

    private var pending: String? {
        for service in services where service.kind == .web || service.kind == .worker {
            let own = health.containers.filter { $0.service == service.name }
            if own.count < service.replicas {
                return "\(service.name) has \(own.count) of \(service.replicas) containers"
            }
            if let waiting = own.first(where: {
                $0.state != .running || $0.health == .starting || $0.health == .unhealthy
            }) {
                let state = waiting.state == .running ? waiting.health.rawValue : waiting.state.rawValue
                return "\(service.name) is \(state)"
            }
            if service.kind == .web, !isUp(service.name) {
                let check = health.servers.first { $0.service == service.name && !$0.isUp }?.lastCheck ?? ""
                return "the edge does not find \(service.name) up" + (check.isEmpty ? "" : " (\(check))")
            }
        }
        return nil
    }

    private func isUp(_ service: String) -> Bool {
        let servers = health.servers.filter { $0.service == service }
        return !servers.isEmpty && servers.allSatisfy(\.isUp)
    }
}

extension ProbeResult {
    /// The result in words: `api.example.com answered 500 in 3 ms: …`.
    package var summary: String {
        let text = detail.split(whereSeparator: \.isNewline).first.map { ": " + $0.prefix(120) } ?? ""
        guard let status else { return "\(host) did not answer within \(milliseconds) ms\(text)" }
        return "\(host) answered \(status) in \(milliseconds) ms\(text)"
    }
}
