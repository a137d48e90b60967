import DeployKit
import DeployKitTesting
import Testing

/// A tool of a team's own: what it says in the team's chat about an environment.
struct StandUpReport {
    let droplet: any Droplet

    func text() async throws -> String {
        let state = try await droplet.observe()
        guard let slot = state.servingSlot, let release = state.servingRelease else { return "Nothing serves yet." }
        return state.isReady(slot) ? "\(release.id) serves." : "\(release.id) is down. Who looks after it?"
    }
}

/// How the tool's tests run it against a droplet in memory: no server, no Docker, no waiting.
struct InternalToolExampleTests {
    let droplet = FakeDroplet(
        Environment(
            application: "bankflow", name: "staging", branch: "staging",
            routes: [Route("qa.example.com", to: "site"), Route("api.qa.example.com", to: "api")]))

    @Test func `says that nothing serves before the first deploy`() async throws {
        #expect(try await StandUpReport(droplet: droplet).text() == "Nothing serves yet.")
    }

    @Test func `names the release that serves`() async throws {
        try await droplet.deploy("v1")
        #expect(try await StandUpReport(droplet: droplet).text() == "v1 serves.")
    }

    @Test func `calls somebody when the release has crashed`() async throws {
        droplet.setBehaviour(of: "api", in: "v2", to: .crashes(after: .seconds(60)).notRestarted)
        try await droplet.deploy("v1")
        try await droplet.deploy("v2")

        droplet.clock.advance(by: .seconds(120))

        #expect(try await StandUpReport(droplet: droplet).text() == "v2 is down. Who looks after it?")
        // Meanwhile the edge has gone over to the standby by itself, and nobody was refused.
        #expect(droplet.request("api.qa.example.com").release?.rawValue == "v1")
        #expect(droplet.timeline.lost.isEmpty)
    }
}

/// A tool of a team's own that watches rollouts: what it says in the team's chat at their end.
actor ChatObserver: RolloutObserver {
    private(set) var messages: [String] = []

    func observe(_ event: RolloutEvent) async {
        guard case .ended(let report) = event else { return }
        let steps = report.phases.map(\.step.name).joined(separator: ", ")
        messages.append("\(report.plan.release.id) serves \(report.plan.scope) (\(steps)).")
    }
}

/// How its tests make the events, without a rollout.
struct ObserverExampleTests {
    @Test func `says what serves, and what was done`() async throws {
        let plan = try Self.plan()
        let chat = ChatObserver()
        await chat.observe(.planned(plan))
        await chat.observe(
            .ended(
                RolloutReport(
                    plan: plan, phases: [RolloutReport.Phase(step: .record, duration: .milliseconds(3))],
                    duration: .seconds(4))))
        #expect(await chat.messages == ["v1 serves bankflow-staging (record)."])
    }

    private static func plan() throws -> Plan {
        let release = Release(
            id: try #require(Release.ID(rawValue: "v1")), version: "v1", services: [], images: [:],
            environmentDigests: [:], fingerprint: "", salt: "")
        return Plan(
            scope: "bankflow-staging", action: .deploy, before: nil, release: release, slot: .blue, steps: [.record],
            memory: MemoryForecast(available: 1 << 30, needed: 1 << 20, reserve: 0),
            edge: EdgeEnvironment(scope: "bankflow-staging", routes: [], firstPort: 20000))
    }
}
