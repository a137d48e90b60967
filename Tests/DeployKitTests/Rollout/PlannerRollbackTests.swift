import DeployKit
import Testing

struct PlannerRollbackTests {
    private func rollback(_ state: DropletState, to target: String? = nil) throws -> Plan {
        try Planner(environment: Fixture.environment, state: state).rollback(
            to: target.flatMap(Release.ID.init(rawValue:)))
    }

    @Test func `a standby takes over with one change of the routes, before anything else`() throws {
        let state = Fixture.state(
            serving: .green,
            slots: [.blue: try Fixture.release("v1", digit: "1"), .green: try Fixture.release("v2", digit: "2")],
            stoppedWorkers: [.blue])
        let plan = try rollback(state)
        #expect(plan.steps.first == .cutOver(.blue, standby: true))
        #expect(plan.steps.map(\.name) == ["cut-over", "resume", "verify", "stop", "drain", "record"])
        #expect(plan.release.id.rawValue == "v1")
    }

    @Test func `a worker that must not run twice stops before that of the standby starts`() throws {
        var (first, second) = (try Fixture.release("v1", digit: "1"), try Fixture.release("v2", digit: "2"))
        first.services[1].replacement = .stopFirst
        second.services[1].replacement = .stopFirst
        let state = Fixture.state(
            serving: .green, slots: [.blue: first, .green: second], stoppedWorkers: [.blue])
        #expect(
            try rollback(state).steps.map(\.name) == ["cut-over", "stop", "resume", "verify", "drain", "record"])
    }

    @Test func `a standby that answers for a dead release is settled`() throws {
        let state = Fixture.state(
            serving: .green,
            slots: [.blue: try Fixture.release("v1", digit: "1"), .green: try Fixture.release("v2", digit: "2")],
            down: [.green])
        let plan = try rollback(state)
        #expect(plan.steps.first == .cutOver(.blue, standby: false))
        #expect(plan.before?.rawValue == "v1", "it answers already")
    }

    @Test func `a release that is not on standby starts again from its files`() throws {
        let first = try Fixture.release("v1", digit: "1")
        var state = Fixture.state(
            serving: .green,
            slots: [.blue: try Fixture.release("v2", digit: "2"), .green: try Fixture.release("v3", digit: "3")])
        state.releases.append(first)
        state.images[Fixture.digest("1")] = "image"
        let plan = try rollback(state, to: "v1")
        #expect(plan.slot == .blue)
        #expect(plan.steps.map(\.name).contains("start"))
        #expect(!plan.steps.map(\.name).contains("stage"))
    }

    @Test func `a release whose images are gone is refused`() throws {
        var state = Fixture.state(serving: .blue, slots: [.blue: try Fixture.release("v2", digit: "2")])
        state.releases.append(try Fixture.release("v1", digit: "1"))
        #expect(throws: DeployError.self) { try rollback(state, to: "v1") }
    }

    @Test(arguments: [nil, "v7"]) func `nothing to go back to is refused`(target: String?) throws {
        let state = Fixture.state(serving: .blue, slots: [.blue: try Fixture.release("v1", digit: "1")])
        let error = #expect(throws: DeployError.self) { try rollback(state, to: target) }
        #expect(error?.code == .refused)
    }

    @Test func `an empty droplet has nothing to roll back`() {
        #expect(throws: DeployError.self) { try rollback(DropletState(host: Fixture.host())) }
    }

    @Test func `the release that serves already leaves nothing to do`() throws {
        let state = Fixture.state(serving: .blue, slots: [.blue: try Fixture.release("v1", digit: "1")])
        #expect(try rollback(state, to: "v1").isEmpty)
    }
}
