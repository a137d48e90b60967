import DeployKit
import Testing

/// What a plan does about a run that died, where the order decides whether anything is lost.
struct PlannerSettleTests {
    private let v1: Release
    private let v2: Release
    private static let services = Fixture.services + [Service(name: "clock", kind: .worker, replacement: .stopFirst)]

    init() throws {
        v1 = try Self.release("v1", digit: "1")
        v2 = try Self.release("v2", digit: "2")
    }

    private static func candidate(_ version: String, digit: Character) -> ReleaseCandidate {
        var candidate = Fixture.candidate(version, digit: digit, services: services)
        candidate.images["clock"] = ImagePin(name: "bankflow-clock", digest: Fixture.digest(digit))
        return candidate
    }

    private static func release(_ version: String, digit: Character) throws -> Release {
        try Planner(environment: Fixture.environment, state: DropletState(host: Fixture.host()))
            .deploy(candidate(version, digit: digit), salt: "salt").release
    }

    private func planner(_ state: DropletState) -> Planner { Planner(environment: Fixture.environment, state: state) }

    @Test func `a worker that must be alone stops before it starts in the standby that takes over`() throws {
        let state = Fixture.state(serving: .green, slots: [.blue: v1, .green: v2], stoppedWorkers: [.blue])
        let steps = try planner(state).rollback().steps
        #expect(
            steps.prefix(3) == [
                .cutOver(.blue, standby: true), .stop(.green, ["clock"]), .resume(.blue, ["clock", "mailer"]),
            ])
    }

    @Test func `workers that a dead run left stopped start again before anything else is done`() throws {
        let state = Fixture.state(serving: .blue, slots: [.blue: v1], stoppedWorkers: [.blue])
        let steps = try planner(state).deploy(Self.candidate("v2", digit: "2"), salt: "s").steps
        #expect(steps.first == .resume(.blue, ["clock", "mailer"]))
        #expect(steps.contains(.stop(.blue, ["clock"])), "and the one that must be alone stops for the new one")
    }

    @Test func `a map on disk that leads elsewhere is mended before anything is removed there`() throws {
        var state = Fixture.state(serving: .blue, slots: [.blue: v1, .green: v2], stoppedWorkers: [.blue])
        state.edge?.serving = .green
        state.records.removeAll { $0.release == v2.id }
        let steps = try planner(state).deploy(Self.candidate("v3", digit: "3"), salt: "s").steps
        #expect(
            steps.prefix(3) == [
                .cutOver(.blue, standby: false), .clear(.green), .resume(.blue, ["clock", "mailer"]),
            ])
    }

    @Test func `a release that serves and was never recorded does not stand by`() throws {
        var state = Fixture.state(serving: .blue, slots: [.blue: v1])
        state.records = []
        let steps = try planner(state).deploy(Self.candidate("v2", digit: "2"), salt: "s").steps
        #expect(steps.contains(.cutOver(.green, standby: false)))
        #expect(steps.contains(.clear(.blue)))
    }

    @Test func `a slot without one of its containers is not ready, though the edge has not found out yet`() {
        var state = Fixture.state(serving: .green, slots: [.blue: v1, .green: v2])
        #expect(state.isReady(.blue))
        state.containers.removeAll { $0.slot == .blue && $0.service == "api" }
        #expect(!state.isReady(.blue))
    }

    @Test func `after half a cutover the new slot does not count as the standby of the old one`() throws {
        var state = Fixture.state(serving: .blue, slots: [.blue: v1, .green: v2], down: [.blue])
        state.edge?.serving = .green
        let steps = try planner(state).deploy(Self.candidate("v2", digit: "2"), salt: "s").steps
        #expect(steps.contains { $0.isCutover(to: .green) }, "the routes still lead to blue: \(steps)")
        state.edge?.standbyIsArmed = true
        let edge = try planner(state).deploy(Self.candidate("v3", digit: "3"), salt: "s").edge
        #expect(edge.serving == .blue && !edge.standbyIsArmed, "what is armed on disk is armed for green")
    }

    @Test func `a rollback keeps what serves until the standby has proved itself`() throws {
        var state = Fixture.state(serving: .green, slots: [.blue: v1, .green: v2], stoppedWorkers: [.blue])
        state.records.removeAll { $0.release == v2.id }
        let steps = try planner(state).rollback(to: v1.id).steps
        #expect(!steps.contains(.clear(.green)))
        #expect(steps.first == .cutOver(.blue, standby: true))
    }
}

extension Step {
    fileprivate func isCutover(to slot: Slot) -> Bool {
        if case .cutOver(slot, _) = self { true } else { false }
    }
}
