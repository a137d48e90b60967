/// Decides whether a release does its work well, from what is observed while requests reach it: a value, without
/// waiting.
///
/// It fails at the first server that the edge finds down, at a container that ended, was restarted, ran out of memory
/// or is unhealthy; when more of a service's requests fail, or take longer, than the policy allows beside the release
/// before; and when a route is not answered under its public name several times in a row.
public struct Watch: Sendable {
    /// What is known so far.
    public enum Verdict: Sendable, Hashable {
        /// Nothing speaks against it.
        case watching
        /// It has to go; why.
        case failed(String)
    }

    private let release: Release
    private let slot: Slot
    private let policy: WatchPolicy
    private let baseline: WatchSample
    /// How many probes of a route have to fail in a row.
    private let patience: Int
    private var counter: TrafficCounter
    /// Counts what the release before answers, from before this one was asked on; nil where it is compared with none.
    ///
    /// What the edge has counted of its slot before that may be the work of other releases.
    var counterBefore: TrafficCounter?
    private var health: SlotHealth
    private var streaks: [String: Int] = [:]
    private var lastFailures: [String: ProbeResult] = [:]

    /// Begins to watch a release.
    ///
    /// - Parameters:
    ///   - release: The release.
    ///   - slot: Where it runs.
    ///   - policy: What it may do.
    ///   - patience: How many probes of a route have to fail in a row.
    ///   - baseline: How things were just before requests reached it.
    public init(_ release: Release, in slot: Slot, policy: WatchPolicy, patience: Int = 3, since baseline: WatchSample)
    {
        self.release = release
        self.slot = slot
        self.policy = policy
        self.patience = max(patience, 1)
        self.baseline = baseline
        self.counter = TrafficCounter(slot, from: baseline.counters)
        self.health = baseline.health
    }

    /// Takes in a sample.
    public mutating func observe(_ sample: WatchSample) {
        health = sample.health
        counter.observe(sample.counters)
        counterBefore?.observe(sample.counters)
    }

    /// Takes in what came of a probe under a public name.
    public mutating func observe(_ result: ProbeResult) {
        streaks[result.host] = result.isSuccess ? 0 : (streaks[result.host] ?? 0) + 1
        lastFailures[result.host] = result.isSuccess ? nil : result
    }

    /// What the release has answered since the beginning.
    public var traffic: ReleaseTraffic { counter.traffic }

    /// How the slot was, the last time.
    public var lastHealth: SlotHealth { health }

    /// The last probe of each host that did not succeed.
    public var failedProbes: [ProbeResult] { lastFailures.values.sorted { $0.host < $1.host } }

    /// The verdict on what was observed.
    public var verdict: Verdict {
        let failure = containerFailure ?? serverFailure ?? trafficFailure ?? probeFailure
        return failure.map(Verdict.failed) ?? .watching
    }

    private var containerFailure: String? {
        let restarts = Dictionary(
            baseline.health.containers.map { ($0.name, $0.restarts) }, uniquingKeysWith: { first, _ in first })
        if let failure = health.containers.failure(of: release.services, beyond: restarts) { return failure }
        let unhealthy = health.containers.first { $0.state == .running && $0.health == .unhealthy }
        return unhealthy.map { "\($0.service) is unhealthy" }
    }

    private var serverFailure: String? {
        let down = health.servers.first { !$0.isUp && !$0.isUnchecked }
        return down.map { "the edge finds \($0.service) down" + ($0.lastCheck.isEmpty ? "" : " (\($0.lastCheck))") }
    }

    private var trafficFailure: String? {
        for (service, count) in traffic.services.sorted(by: { $0.key < $1.key }) {
            if count.unanswered > policy.connectionErrors {
                return "\(count.unanswered) connections to \(service) failed or broke"
            }
            let requests = count.answered + count.unanswered
            if requests >= policy.minimumRequests, count.errorShare > policy.errorShare + errorShareBefore(service) {
                let failed = count.serverErrors + count.unanswered
                return "\(failed) of \(requests) requests to \(service) failed (\(count.errorShare.inPercent))"
            }
            if let slow = slowness(of: service) { return slow }
        }
        return nil
    }

    private var probeFailure: String? {
        let failed = streaks.filter { $0.value >= patience }.keys.sorted().compactMap { lastFailures[$0] }
        return failed.first.map { "\($0.summary), \(patience) times in a row" }
    }

    /// The share of requests that failed in the release before, as far as there were enough.
    private func errorShareBefore(_ service: String) -> Double {
        guard let count = counterBefore?.traffic.services[service], count.answered >= policy.minimumRequests else {
            return 0
        }
        return count.errorShare
    }

    private func slowness(of service: String) -> String? {
        guard let time = counter.responseTime(of: service), time.answers >= policy.minimumRequests,
            let before = counterBefore?.responseTime(of: service), before.answers >= policy.minimumRequests
        else { return nil }
        let usual = before.milliseconds
        let limit = max(usual * policy.slowdown, Double(policy.unhurried.milliseconds))
        guard time.milliseconds > limit else { return nil }
        return "\(service) takes \(Int(time.milliseconds)) ms to answer on average, and \(Int(usual)) ms before"
    }
}

extension Double {
    /// A share as a person says it: `20 %`, `0.5 %`.
    fileprivate var inPercent: String {
        let permille = Int((self * 1000).rounded())
        return permille % 10 == 0 ? "\(permille / 10) %" : "\(permille / 10).\(permille % 10) %"
    }
}
