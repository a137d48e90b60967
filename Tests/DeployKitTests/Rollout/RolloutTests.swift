import DeployKit
import Testing

struct RolloutTests {
    private func plan(serving: Bool = true) throws -> Plan {
        let state =
            serving
            ? Fixture.state(serving: .blue, slots: [.blue: try Fixture.release("v1", digit: "1")])
            : DropletState(host: Fixture.host())
        return try Planner(environment: Fixture.environment, state: state)
            .deploy(Fixture.candidate("v2", digit: "2"), salt: "new")
    }

    /// Runs a rollout whose step of this name fails, and returns what was taken back and how it ended.
    private func failing(
        at name: String, in plan: Plan, isCancelled: Bool = false
    ) -> (undone: [Step], decision: RollbackDecision?) {
        var rollout = Rollout(plan)
        var action = rollout.handle(.begin)
        var undone: [Step] = []
        while true {
            switch action {
            case .perform(let step):
                action = rollout.handle(
                    step.name == name ? .failed(isCancelled ? .cancelled : .effect) : .succeeded)
            case .undo(let step):
                undone.append(step)
                action = rollout.handle(.succeeded)
            case .finish(.succeeded):
                return (undone, nil)
            case .finish(.failed(_, let decision)):
                return (undone, decision)
            }
        }
    }

    @Test func `performs the steps of its plan in order`() throws {
        let plan = try plan()
        var rollout = Rollout(plan)
        var performed: [Step] = []
        var action = rollout.handle(.begin)
        while case .perform(let step) = action {
            performed.append(step)
            action = rollout.handle(.succeeded)
        }
        #expect(performed == plan.steps)
        #expect(action == .finish(.succeeded))
    }

    @Test(arguments: ["start", "gate"])
    func `a failure before the routes moved leaves nothing of the release`(step: String) throws {
        let plan = try plan()
        let (undone, decision) = failing(at: step, in: plan)
        #expect(decision == .discard)
        #expect(undone == [.clear(.green), .prune([plan.release.id])])
    }

    @Test func `a cutover that failed may have happened, so the routes are led back before anything is removed`() throws
    {
        let plan = try plan()
        let (undone, decision) = failing(at: "cut-over", in: plan)
        #expect(decision == .discard)
        #expect(
            undone == [
                .cutOver(.blue, standby: false), .stop(.green, ["mailer"]),
                .drain(.green, limit: .seconds(30)), .clear(.green), .prune([plan.release.id]),
            ])
    }

    @Test func `where the routes cannot be led back nothing is removed`() throws {
        var rollout = Rollout(try plan())
        var action = rollout.handle(.begin)
        while case .perform(let step) = action {
            action = rollout.handle(step.name == "verify" ? .failed(.release) : .succeeded)
        }
        #expect(action == .undo(.cutOver(.blue, standby: false)))
        guard case .finish(.failed(_, .keep)) = rollout.handle(.failed(.effect)) else {
            Issue.record("it goes on after \(action)")
            return
        }
    }

    @Test func `a failure before anything started removes only the files`() throws {
        let plan = try plan()
        #expect(failing(at: "prepare-edge", in: plan).undone == [.prune([plan.release.id])])
    }

    @Test func `a failed verification moves the routes back before anything is removed`() throws {
        let plan = try plan()
        let (undone, decision) = failing(at: "verify", in: plan)
        #expect(decision == .goBack)
        #expect(
            undone == [
                .cutOver(.blue, standby: false), .stop(.green, ["mailer"]),
                .drain(.green, limit: .seconds(30)), .clear(.green), .prune([plan.release.id]),
            ])
    }

    @Test func `a first release that fails its verification stays, since there is nothing to go back to`() throws {
        let (undone, decision) = failing(at: "verify", in: try plan(serving: false))
        #expect(decision == .keep)
        #expect(undone.isEmpty)
    }

    @Test func `a failure while tidying keeps the release`() throws {
        #expect(failing(at: "drain", in: try plan()).decision == .keep)
    }

    @Test func `a cancelled run leaves the traffic where it is`() throws {
        #expect(failing(at: "verify", in: try plan(), isCancelled: true).decision == .keep)
        #expect(failing(at: "gate", in: try plan(), isCancelled: true).decision == .discard)
    }

    @Test func `workers that were stopped first start again`() throws {
        var plan = try plan()
        let start = try #require(plan.steps.firstIndex { $0.name == "start" })
        plan.steps.insert(.stop(.blue, ["mailer"]), at: start)
        #expect(failing(at: "gate", in: plan).undone.prefix(2) == [.clear(.green), .resume(.blue, ["mailer"])])
    }

    @Test func `the routes go back to a release that was stopped once the edge finds it up`() throws {
        var state = Fixture.state(serving: .blue, slots: [.blue: try Fixture.release("v1", digit: "1")])
        state.host.memoryAvailable = 100 << 20
        let plan = try Planner(
            environment: Fixture.environment, state: state, options: PlanOptions(allowsDowntime: true)
        ).deploy(Fixture.candidate("v2", digit: "2"), salt: "new")
        let (undone, decision) = failing(at: "verify", in: plan)
        #expect(decision == .goBack)
        #expect(
            undone.prefix(3) == [
                .resume(.blue, ["api", "site"]), .awaitServers(.blue), .cutOver(.blue, standby: false),
            ])
    }

    @Test func `a rollback that fails leaves no worker of its release`() throws {
        let state = Fixture.state(
            serving: .green,
            slots: [.blue: try Fixture.release("v1", digit: "1"), .green: try Fixture.release("v2", digit: "2")],
            stoppedWorkers: [.blue])
        let plan = try Planner(environment: Fixture.environment, state: state).rollback()
        #expect(
            failing(at: "verify", in: plan).undone == [.cutOver(.green, standby: false), .stop(.blue, ["mailer"])])
        #expect(
            failing(at: "stop", in: plan).decision == .keep)
    }

    @Test func `workers that were stopped first start again as soon as the new ones have stopped`() throws {
        var plan = try plan()
        let start = try #require(plan.steps.firstIndex { $0.name == "start" })
        plan.steps.insert(.stop(.blue, ["mailer"]), at: start)
        #expect(
            failing(at: "verify", in: plan).undone.map(\.name)
                == ["cut-over", "stop", "resume", "drain", "clear", "prune"])
    }

    @Test func `what could not be removed keeps its files, and nothing starts beside it`() throws {
        var plan = try plan()
        let start = try #require(plan.steps.firstIndex { $0.name == "start" })
        plan.steps.insert(.stop(.blue, ["mailer"]), at: start)
        var rollout = Rollout(plan)
        var action = rollout.handle(.begin)
        while case .perform(let step) = action {
            action = rollout.handle(step.name == "gate" ? .failed(.release) : .succeeded)
        }
        #expect(action == .undo(.clear(.green)))
        guard case .finish = rollout.handle(.failed(.effect)) else {
            Issue.record("it goes on after \(action)")
            return
        }
    }

    @Test func `a first release stays whose cutover failed and may have happened`() throws {
        let (undone, decision) = failing(at: "cut-over", in: try plan(serving: false))
        #expect(decision == .keep)
        #expect(undone.isEmpty)
    }
}
