public import DeployKit

/// Requests that come to a fake droplet by themselves while its time passes, evenly, to each host in turn.
public struct FakeLoad: Sendable {
    /// How many come in a second.
    var rate: Int
    /// When they began to come.
    var since: Duration
    /// How many came.
    var sent = 0

    /// What came of a request.
    public struct Outcome: Sendable, Hashable {
        /// The release that answered; nil when none did.
        public var release: Release.ID?
        /// The status; 503 where the edge answered itself.
        public var status: Int

        /// Makes an outcome.
        public init(release: Release.ID?, status: Int) {
            self.release = release
            self.status = status
        }
    }
}

extension FakeScope {
    /// Lets the requests come that are due, by the state that lasts until then.
    mutating func serveLoad(until now: Duration) {
        guard var load, load.rate > 0, now > load.since else { return }
        let hosts = edge.hosts.keys.sorted()
        let due = Int((now - load.since) / .milliseconds(1)) * load.rate / 1000
        while load.sent < due {
            load.sent += 1
            guard !hosts.isEmpty else { continue }
            let outcome: FakeLoad.Outcome
            switch ask(hosts[load.sent % hosts.count]) {
            case .answered(let release, _, let status): outcome = FakeLoad.Outcome(release: release, status: status)
            // It waits for a server; what becomes of it is the timeline's to say.
            case .held: continue
            case .unavailable: outcome = FakeLoad.Outcome(release: nil, status: 503)
            }
            loadAnswers[outcome, default: 0] += 1
        }
        self.load = load
    }

    /// Answers a request to a host, and counts it; a probe is not turned away, and asks what is always well.
    mutating func ask(_ host: String, isProbe: Bool = false) -> FakeAnswer {
        if edge.isInMaintenance, !isProbe { return .unavailable }
        let chosen = edge.hosts[host].map { edge.choose(from: $0) }
        let answer = answer(for: host, in: chosen)
        guard case .answered(let release, let slot, var status) = answer, let service = edge.services[host],
            let backend = chosen,
            let container = containers.first(where: { $0.slot == slot && $0.service.name == service })
        else { return answer }
        let behaviour = container.behaviour
        let number = edge.answers(of: service, in: slot)
        // Evenly spread: 37 has no factor in common with 100.
        if !isProbe, status < 500, number * 37 % 100 < behaviour.errorShare { status = 500 }
        edge.count(
            EdgeCounters(service: service, backendSlot: backend, slot: slot), status: status,
            time: behaviour.responseTime)
        return .answered(by: release, slot: slot, status: status)
    }
}

extension FakeEdge {
    /// What the edge has counted of one server, with its average as exact as the edge keeps it.
    struct Tally: Sendable {
        var counters: EdgeCounters
        var average = 0.0
    }

    /// How many answers a service in a slot gave.
    func answers(of service: String, in slot: Slot) -> Int {
        tallies.filter { $0.counters.service == service && $0.counters.slot == slot }
            .reduce(0) { $0 + $1.counters.answered }
    }

    /// Counts an answer.
    mutating func count(_ server: EdgeCounters, status: Int, time: Duration) {
        let index =
            tallies.firstIndex {
                $0.counters.service == server.service && $0.counters.slot == server.slot
                    && $0.counters.backendSlot == server.backendSlot
            } ?? tallies.endIndex
        if index == tallies.endIndex { tallies.append(Tally(counters: server)) }
        tallies[index].counters.answered += 1
        if status >= 500 { tallies[index].counters.serverErrors += 1 }
        let window = Double(min(tallies[index].counters.answered, 512))
        tallies[index].average += (time / .milliseconds(1) - tallies[index].average) / window
        tallies[index].counters.responseTime = Int(tallies[index].average.rounded())
    }
}
