import Testing

@testable import DeployKit

struct WatchTests {
    private static func container(_ service: String, _ change: (inout ContainerStatus) -> Void = { _ in })
        -> ContainerStatus
    {
        var status = ContainerStatus(
            name: "green-\(service)-1", service: service, slot: .green, release: nil, state: .running,
            health: service == "api" ? .healthy : .none)
        change(&status)
        return status
    }

    /// A sample in which all is well, with so many answers of `api` in green, and of the release before in blue.
    private static func sample(
        answered: Int = 0, errors: Int = 0, connectionErrors: Int = 0, milliseconds: Int = 10,
        before: EdgeCounters? = nil, _ change: (inout WatchSample) -> Void = { _ in }
    ) -> WatchSample {
        var sample = WatchSample(
            health: SlotHealth(
                containers: [container("api"), container("mailer")],
                servers: [EdgeServer(service: "api", backendSlot: .green, slot: .green, isUp: true)]),
            counters: [
                EdgeCounters(
                    service: "api", backendSlot: .green, slot: .green, answered: answered, serverErrors: errors,
                    connectionErrors: connectionErrors, responseTime: milliseconds),
                before
                    ?? EdgeCounters(service: "api", backendSlot: .blue, slot: .blue, answered: 5000, responseTime: 10),
            ])
        change(&sample)
        return sample
    }

    private let release: Release

    init() throws { release = try Fixture.release("v2", digit: "2") }

    private func watch(
        _ policy: WatchPolicy = WatchPolicy(for: .seconds(10)), since baseline: WatchSample = sample()
    ) -> Watch {
        var watch = Watch(release, in: .green, policy: policy, since: baseline)
        // The release before has answered nothing until then.
        watch.counterBefore = TrafficCounter(.blue, from: [])
        watch.counterBefore?.observe(baseline.counters)
        return watch
    }

    private func reason(_ watch: Watch) -> String {
        if case .failed(let reason) = watch.verdict { reason } else { "" }
    }

    @Test func `a release that answers well is left alone, and what it answered is known`() {
        var watch = watch()
        watch.observe(Self.sample(answered: 300, errors: 3))
        watch.observe(Self.sample(answered: 1000, errors: 20))
        #expect(watch.verdict == .watching)
        #expect(watch.traffic.total == ReleaseTraffic.Count(answered: 1000, serverErrors: 20))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let words: String
        let sample: WatchSample
        var testDescription: String { words }
    }

    @Test(arguments: [
        Case(words: "20 of 100 requests to api failed (20 %)", sample: sample(answered: 100, errors: 20)),
        Case(words: "11 connections to api failed or broke", sample: sample(answered: 900, connectionErrors: 11)),
        Case(words: "api takes", sample: sample(answered: 512, milliseconds: 2000)),
        Case(
            words: "the edge finds api down (L4CON)",
            sample: sample {
                $0.health.servers[0].isUp = false
                $0.health.servers[0].lastCheck = "L4CON"
            }),
        Case(
            words: "api exited with status 137",
            sample: sample {
                $0.health.containers[0].state = .exited
                $0.health.containers[0].exitStatus = 137
            }),
        Case(words: "mailer ended and was restarted", sample: sample { $0.health.containers[1].restarts = 1 }),
        Case(
            words: "api ran out of memory",
            sample: sample {
                $0.health.containers[0].restarts = 1
                $0.health.containers[0].ranOutOfMemory = true
            }),
        Case(words: "api is unhealthy", sample: sample { $0.health.containers[0].health = .unhealthy }),
    ])
    func `says at once what speaks against a release`(_ test: Case) {
        var watch = watch()
        watch.observe(test.sample)
        #expect(reason(watch).contains(test.words), "\(reason(watch))")
    }

    @Test func `too few requests say nothing`() {
        var watch = watch()
        watch.observe(Self.sample(answered: 19, errors: 19))
        #expect(watch.verdict == .watching)
        watch.observe(Self.sample(answered: 20, errors: 19))
        #expect(watch.verdict != .watching)
    }

    @Test func `errors that the release before had as well are allowed`() {
        let before = EdgeCounters(service: "api", backendSlot: .blue, slot: .blue, answered: 1000, serverErrors: 100)
        var watch = watch(since: Self.sample(before: before))
        watch.observe(Self.sample(answered: 100, errors: 14, before: before))
        #expect(watch.verdict == .watching)
        watch.observe(Self.sample(answered: 200, errors: 32, before: before))
        #expect(watch.verdict != .watching)
    }

    @Test func `errors of a release that was in the slot of the one before are not allowed`() {
        let before = EdgeCounters(service: "api", backendSlot: .blue, slot: .blue, answered: 1000, serverErrors: 500)
        var grown = before
        grown.answered = 2000
        var watch = watch(since: Self.sample(before: grown))
        watch.counterBefore = TrafficCounter(.blue, from: [before])
        watch.observe(Self.sample(answered: 100, errors: 20, before: grown))
        #expect(reason(watch) == "20 of 100 requests to api failed (20 %)")
    }

    @Test func `what was counted of the release before stays right when the edge restarts`() {
        let known = EdgeCounters(service: "api", backendSlot: .blue, slot: .blue, answered: 5000, serverErrors: 4000)
        let restarted = EdgeCounters(service: "api", backendSlot: .blue, slot: .blue, answered: 1000, serverErrors: 100)
        var watch = watch(since: Self.sample(before: restarted))
        watch.counterBefore = TrafficCounter(.blue, from: [known])
        watch.counterBefore?.observe([restarted])
        watch.observe(Self.sample(answered: 100, errors: 14, before: restarted))
        #expect(watch.verdict == .watching, "a tenth failed before")
        watch.observe(Self.sample(answered: 200, errors: 36, before: restarted))
        #expect(reason(watch) == "36 of 200 requests to api failed (18 %)")
    }

    @Test func `what the slot answered before it was watched does not count`() {
        var watch = watch(since: Self.sample(answered: 4000, errors: 2000))
        watch.observe(Self.sample(answered: 4100, errors: 2001))
        #expect(watch.verdict == .watching)
        #expect(watch.traffic.total == ReleaseTraffic.Count(answered: 100, serverErrors: 1))
    }

    @Test func `a reload of the edge loses none of what was counted`() {
        var watch = watch(since: Self.sample(answered: 4000))
        watch.observe(Self.sample(answered: 4100, errors: 1))
        watch.observe(Self.sample(answered: 50, errors: 1))
        watch.observe(Self.sample(answered: 70, errors: 2))
        #expect(watch.traffic.total == ReleaseTraffic.Count(answered: 170, serverErrors: 3))
    }

    @Test func `a server that was not checked yet since a reload is not down`() {
        var watch = watch()
        watch.observe(
            Self.sample {
                $0.health.servers[0].isUp = false
                $0.health.servers[0].lastCheck = "INI in 0ms"
            })
        #expect(watch.verdict == .watching)
    }

    @Test func `a restart from before it was watched is not held against it`() {
        let restarted = Self.sample { $0.health.containers[1].restarts = 2 }
        var watch = watch(since: restarted)
        watch.observe(restarted)
        #expect(watch.verdict == .watching)
    }

    @Test func `a route that is not answered three times in a row is enough`() {
        var watch = watch()
        let failed = ProbeResult(host: "api.example.com", status: 502, milliseconds: 3)
        watch.observe(failed)
        watch.observe(failed)
        watch.observe(ProbeResult(host: "api.example.com", status: 200))
        watch.observe(failed)
        watch.observe(failed)
        #expect(watch.verdict == .watching)
        watch.observe(failed)
        #expect(reason(watch) == "api.example.com answered 502 in 3 ms, 3 times in a row")
    }

    /// What the edge's average says after answers of one time in a slot whose release before took another: HAProxy
    /// 3.0 gave these after 2000 answers of 4 ms.
    @Test(arguments: [(100, 22), (300, 49)])
    func `the time of a release is told from that of the one before in its slot`(answers: Int, average: Int) throws {
        let policy = WatchPolicy(for: .seconds(10), unhurried: .milliseconds(80))
        var watch = watch(policy, since: Self.sample(answered: 2000, milliseconds: 4))
        watch.observe(Self.sample(answered: 2000 + answers, milliseconds: average))
        let words = reason(watch)
        let time = try #require(words.split(separator: " ").dropFirst(2).first.flatMap { Int($0) }, "\(words)")
        #expect((90...115).contains(time), "each answer took a little more than 100 ms: \(words)")
    }

    @Test func `a release that is slow like the one before is left alone`() {
        let before = EdgeCounters(
            service: "api", backendSlot: .blue, slot: .blue, answered: 5000, responseTime: 900)
        var watch = watch(since: Self.sample(before: before))
        watch.observe(Self.sample(answered: 400, milliseconds: 1800, before: before))
        #expect(watch.verdict == .watching)
    }
}
