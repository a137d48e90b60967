/// Adds up what the edge counts of a slot from one sample to the next, also when a reload makes it begin at zero.
struct TrafficCounter: Sendable {
    /// The slot whose containers answer.
    let slot: Slot
    /// What was counted since the beginning.
    private(set) var traffic = ReleaseTraffic()
    /// What the edge had counted at the beginning, or when it began anew.
    private var origins: [EdgeCounters]
    private var last: [EdgeCounters]

    /// Begins to count at a sample.
    init(_ slot: Slot, from counters: [EdgeCounters]) {
        self.slot = slot
        self.origins = counters.filter { $0.slot == slot }
        self.last = origins
    }

    /// Takes in what the edge has counted by now.
    mutating func observe(_ counters: [EdgeCounters]) {
        let own = counters.filter { $0.slot == slot }
        for now in own {
            let known = last.first { $0.isOf(now) }
            let before = known.flatMap { now.continues($0) ? $0 : nil }
            if before == nil {
                origins.removeAll { $0.isOf(now) }
                origins.append(now.atZero)
            }
            traffic.services[now.service, default: .init()] =
                (traffic.services[now.service] ?? .init()) + now.count(since: before ?? now.atZero)
        }
        last = own
    }

    /// How long the answers of a service took on average since the beginning, and how many they were.
    func responseTime(of service: String) -> (milliseconds: Double, answers: Int)? {
        var sum = 0.0
        var answers = 0
        for now in last where now.service == service {
            guard let origin = origins.first(where: { $0.isOf(now) }), let time = now.responseTime(since: origin)
            else { continue }
            sum += time * Double(now.answered - origin.answered)
            answers += now.answered - origin.answered
        }
        return answers > 0 ? (sum / Double(answers), answers) : nil
    }
}

extension EdgeCounters {
    /// The same server, before it was asked anything.
    fileprivate var atZero: EdgeCounters {
        EdgeCounters(service: service, backendSlot: backendSlot, slot: slot, replica: replica)
    }

    /// What came of the requests since an earlier count.
    fileprivate func count(since earlier: EdgeCounters) -> ReleaseTraffic.Count {
        ReleaseTraffic.Count(
            answered: answered - earlier.answered, serverErrors: serverErrors - earlier.serverErrors,
            unanswered: connectionErrors - earlier.connectionErrors + brokenAnswers - earlier.brokenAnswers)
    }
}
