import DeployKit
import Testing

struct PlannerDeployTests {
    private func plan(
        _ candidate: ReleaseCandidate, on state: DropletState, options: PlanOptions = PlanOptions()
    ) throws -> Plan {
        try Planner(environment: Fixture.environment, state: state, options: options).deploy(candidate, salt: "new")
    }

    @Test func `a first release comes to an empty droplet`() throws {
        let plan = try plan(Fixture.candidate("v1", digit: "1"), on: DropletState(host: Fixture.host()))
        #expect(
            plan.steps.map(\.name) == [
                "fetch-images", "stage", "start-stores", "prepare-edge", "start", "gate", "cut-over", "verify",
                "record",
            ])
        #expect(plan.slot == .blue)
        #expect(plan.before == nil)
        #expect(plan.edge.firstPort == 20000)
        #expect(plan.stores == [StoreChange(service: "postgres", kind: .created)])
        #expect(plan.losses.isEmpty)
    }

    @Test func `a second release goes to the idle slot, and the first stands by without its workers`() throws {
        let first = try Fixture.release("v1", digit: "1")
        let plan = try plan(
            Fixture.candidate("v2", digit: "2"), on: Fixture.state(serving: .blue, slots: [.blue: first]))
        #expect(plan.slot == .green)
        #expect(plan.before == first.id)
        #expect(plan.steps.contains(.cutOver(.green, standby: true)))
        #expect(plan.steps.contains(.stop(.blue, ["mailer"])))
        #expect(plan.stores == [StoreChange(service: "postgres", kind: .untouched)])
        let names = plan.steps.map(\.name)
        let cutover = try #require(names.firstIndex(of: "cut-over"))
        let stop = try #require(names.firstIndex(of: "stop"))
        #expect(cutover < stop)
    }

    @Test func `a release that serves already leaves nothing to do`() throws {
        let first = try Fixture.release("v1", digit: "1")
        let plan = try plan(
            Fixture.candidate("v1", digit: "1"), on: Fixture.state(serving: .blue, slots: [.blue: first]))
        #expect(plan.isEmpty)
        #expect(plan.release.id == first.id)
    }

    @Test func `the same version with other values is a release of its own`() throws {
        let first = try Fixture.release("v1", digit: "1", values: ["api.TOKEN": Secret("old"), "api.OLD": Secret("x")])
        let candidate = Fixture.candidate(
            "v1", digit: "1", values: ["api.TOKEN": Secret("new"), "api.NEW": Secret("x")])
        let plan = try plan(candidate, on: Fixture.state(serving: .blue, slots: [.blue: first]))
        #expect(plan.release.id.rawValue == "v1-2")
        #expect(
            plan.environment == [
                EnvironmentChange(service: "api", key: "NEW", kind: .added),
                EnvironmentChange(service: "api", key: "OLD", kind: .removed),
                EnvironmentChange(service: "api", key: "TOKEN", kind: .changed),
            ])
        #expect(plan.images.isEmpty)
        #expect(!plan.steps.map(\.name).contains("fetch-images"))
    }

    @Test func `what a dead run left after its cutover is finished`() throws {
        let first = try Fixture.release("v1", digit: "1")
        let second = try Fixture.release("v2", digit: "2")
        var state = Fixture.state(serving: .green, slots: [.blue: first, .green: second], standbyIsArmed: false)
        state.records.removeLast()
        let plan = try plan(Fixture.candidate("v2", digit: "2"), on: state)
        #expect(plan.steps == [.cutOver(.green, standby: true), .stop(.blue, ["mailer"]), .record])
    }

    @Test func `a release that never served does not stand by`() throws {
        let first = try Fixture.release("v1", digit: "1")
        let second = try Fixture.release("v2", digit: "2")
        var state = Fixture.state(serving: .blue, slots: [.blue: first, .green: second], standbyIsArmed: false)
        state.records.removeAll { $0.release == second.id }
        let plan = try plan(Fixture.candidate("v1", digit: "1"), on: state)
        #expect(plan.steps == [.clear(.green), .record])
    }

    @Test(arguments: [("postgres:17", Finding.Severity.note), ("postgres", .warning), ("postgres:latest", .warning)])
    func `a plan says what the droplet fetches for a store that is made`(
        _ image: String, _ severity: Finding.Severity
    ) throws {
        var candidate = Fixture.candidate("v1", digit: "1")
        candidate.storeImages = ["postgres": image]
        let findings = try plan(candidate, on: DropletState(host: Fixture.host())).findings
        let found = try #require(findings.first { $0.subject == "services.postgres.image" })
        #expect(found.severity == severity)
        #expect(found.message.contains("the droplet fetches \(image) for this store"))
        let made = Fixture.state(serving: .blue, slots: [.blue: try Fixture.release("v1", digit: "1")])
        candidate.version = "v2"
        #expect(try !plan(candidate, on: made).findings.contains { $0.subject == "services.postgres.image" })
    }

    /// Two releases, each with a service of two replicas, of which one of the release that serves is dead.
    private func halfDead() throws -> DropletState {
        func release(_ version: String, digit: Character) throws -> Release {
            var candidate = Fixture.candidate(version, digit: digit)
            for index in candidate.services.indices where candidate.services[index].name == "api" {
                candidate.services[index].replicas = 2
            }
            return try plan(candidate, on: DropletState(host: Fixture.host())).release
        }
        var state = Fixture.state(
            serving: .green,
            slots: [.blue: try release("v1", digit: "1"), .green: try release("v2", digit: "2")])
        for slot in Slot.allCases {
            state.containers.append(
                ContainerStatus(
                    name: "\(slot.rawValue)-api-2", service: "api", slot: slot,
                    release: state.release(in: slot)?.id, state: slot == .green ? .exited : .running))
            state.edgeStatus.servers.append(
                EdgeServer(service: "api", backendSlot: slot, slot: slot, replica: 2, isUp: slot == .blue))
        }
        return state
    }

    @Test func `a replica that dies leaves the routes where they are, as the edge does`() throws {
        let state = try halfDead()
        let plan = try plan(Fixture.candidate("v3", digit: "3"), on: state)
        #expect(plan.before?.rawValue == "v2")
        #expect(plan.slot == .blue)
        #expect(plan.steps.first { $0.name == "cut-over" } == .cutOver(.blue, standby: true))
        let report = StatusReport(state, environment: Fixture.environment)
        #expect(report.serving?.rawValue == "v2")
    }

    @Test func `a plan says that a standby without a new service takes nothing over`() throws {
        var fewer = Fixture.candidate("v1", digit: "1")
        fewer.services.removeAll { $0.name == "site" }
        var environment = Fixture.environment
        environment.routes.removeAll { $0.service == "site" }
        let first = try Planner(environment: environment, state: DropletState(host: Fixture.host()))
            .deploy(fewer, salt: "salt").release
        let state = Fixture.state(serving: .blue, slots: [.blue: first])
        let plan = try plan(Fixture.candidate("v2", digit: "2"), on: state)
        #expect(plan.findings.contains { $0.subject == "standby" && $0.message.contains("has no site") })
        let back = Fixture.state(serving: .green, slots: [.blue: first, .green: plan.release])
        let rollback = try Planner(environment: Fixture.environment, state: back).rollback()
        #expect(rollback.losses == ["qa.example.com is answered with 404: release v1 has no site"])
    }

    @Test func `the standby that answers for a dead release takes over before the next one starts`() throws {
        let first = try Fixture.release("v1", digit: "1")
        let second = try Fixture.release("v2", digit: "2")
        let state = Fixture.state(
            serving: .green, slots: [.blue: first, .green: second], down: [.green], stoppedWorkers: [.blue])
        let plan = try plan(Fixture.candidate("v3", digit: "3"), on: state)
        #expect(Array(plan.steps.prefix(2)) == [.cutOver(.blue, standby: false), .resume(.blue, ["mailer"])])
        #expect(plan.slot == .green)
        #expect(plan.before == first.id)
        #expect(plan.steps.contains(.stop(.blue, ["mailer"])), "the workers that came back make way again")
    }

    @Test func `a worker that must not run twice stops before the next one starts`() throws {
        var services = Fixture.services
        services[1].replacement = .stopFirst
        let first = try Fixture.release("v1", digit: "1")
        let plan = try plan(
            Fixture.candidate("v2", digit: "2", services: services),
            on: Fixture.state(serving: .blue, slots: [.blue: first]))
        let stop = try #require(plan.steps.firstIndex(of: .stop(.blue, ["mailer"])))
        let start = try #require(plan.steps.firstIndex { $0.name == "start" })
        #expect(stop < start)
        #expect(plan.steps.filter { $0.name == "stop" }.count == 1)
        #expect(plan.losses.isEmpty, "no request reaches a worker")
    }

    struct MemoryCase: Sendable, CustomTestStringConvertible {
        let available: Int
        let verdict: MemoryForecast.Verdict
        let severities: [Finding.Severity]
        var testDescription: String { "\(available) MiB" }
    }

    @Test(arguments: [
        MemoryCase(available: 1024, verdict: .bothFit, severities: []),
        MemoryCase(available: 200, verdict: .noStandby, severities: [.warning]),
        MemoryCase(available: 100, verdict: .stopFirst, severities: [.refusal]),
    ])
    func `the plan says what is given up when memory is short`(_ test: MemoryCase) throws {
        var state = Fixture.state(serving: .blue, slots: [.blue: try Fixture.release("v1", digit: "1")])
        state.host.memoryAvailable = test.available << 20
        let plan = try plan(Fixture.candidate("v2", digit: "2"), on: state)
        #expect(plan.memory.verdict == test.verdict)
        #expect(plan.findings.map(\.severity) == test.severities)
        #expect(plan.steps.contains(.clear(.blue)) == (test.verdict != .bothFit))
    }

    @Test(arguments: [
        MemoryCase(available: 1024, verdict: .bothFit, severities: []),
        MemoryCase(available: 200, verdict: .noStandby, severities: [.warning]),
        MemoryCase(available: 100, verdict: .stopFirst, severities: [.refusal]),
    ])
    func `a first release that does not fit is not said to be beside another`(_ test: MemoryCase) throws {
        let services = Fixture.services.map { service in
            var service = service
            service.memoryLimit = 50 << 20
            return service
        }
        var state = DropletState(host: Fixture.host())
        state.host.memoryAvailable = test.available << 20
        let plan = try plan(Fixture.candidate("v1", digit: "1", services: services), on: state)
        #expect(plan.memory.verdict == test.verdict)
        let found = plan.findings.filter { $0.subject == "memory" }
        #expect(found.map(\.severity) == test.severities)
        #expect(
            found.allSatisfy { $0.message.contains(test.verdict == .stopFirst ? "the release does not fit" : "fits") })
        #expect(!found.contains { $0.message.contains("both releases") || $0.message.contains("before") })
        #expect(plan.losses.isEmpty)
    }

    @Test func `downtime that is allowed stops the serving release first and says so`() throws {
        var state = Fixture.state(serving: .blue, slots: [.blue: try Fixture.release("v1", digit: "1")])
        state.host.memoryAvailable = 100 << 20
        let plan = try plan(
            Fixture.candidate("v2", digit: "2"), on: state, options: PlanOptions(allowsDowntime: true))
        #expect(plan.refusals.isEmpty)
        #expect(!plan.losses.isEmpty)
        let stop = try #require(plan.steps.firstIndex(of: .stop(.blue, ["api", "mailer", "site"])))
        let start = try #require(plan.steps.firstIndex { $0.name == "start" })
        #expect(stop < start)
    }

    @Test func `a proxy of Docker's in front of the containers may lose requests`() throws {
        var state = Fixture.state(serving: .blue, slots: [.blue: try Fixture.release("v1", digit: "1")])
        state.host.deviations = [
            Finding(.refusal, "daemon", "userland-proxy is on: requests are lost when a container ends")
        ]
        #expect(try plan(Fixture.candidate("v2", digit: "2"), on: state).losses.count == 1)
        let first = DropletState(host: state.host)
        #expect(try plan(Fixture.candidate("v1", digit: "1"), on: first).losses.isEmpty, "nobody is answered yet")
    }

    @Test(arguments: ["v1", "v2"])
    func `a host that is no route any more loses its requests`(version: String) throws {
        var state = Fixture.state(serving: .blue, slots: [.blue: try Fixture.release("v1", digit: "1")])
        state.edge?.routes.append(Route("old.example.com", to: "site"))
        let plan = try plan(Fixture.candidate(version, digit: version == "v1" ? "1" : "2"), on: state)
        #expect(plan.losses == ["not answered any more: old.example.com"])
    }

    @Test func `a store whose settings changed stays as it is, with a warning`() throws {
        var state = Fixture.state(serving: .blue, slots: [.blue: try Fixture.release("v1", digit: "1")])
        state.storeDigests = ["postgres": "made with other settings"]
        var candidate = Fixture.candidate("v2", digit: "2")
        candidate.storeSettings = ["postgres": Secret("new settings")]
        let plan = try plan(candidate, on: state)
        #expect(plan.stores == [StoreChange(service: "postgres", kind: .differs)])
        #expect(plan.findings.map(\.severity) == [.warning])
        #expect(!plan.steps.map(\.name).contains("start-stores"))
    }

    @Test func `a nearly full disk refuses the deploy`() throws {
        var state = DropletState(host: Fixture.host(disk: 100 << 20))
        state.host.diskFree = 100 << 20
        let plan = try plan(Fixture.candidate("v1", digit: "1"), on: state)
        #expect(plan.refusals.map(\.subject) == ["disk"])
    }

    @Test func `a program that is missing or too old refuses the deploy`() throws {
        var state = DropletState(host: Fixture.host())
        state.host.docker = ""
        state.host.haproxy = "2.6.12"
        let plan = try plan(Fixture.candidate("v1", digit: "1"), on: state)
        #expect(plan.refusals.map(\.subject) == ["droplet.Docker", "droplet.HAProxy"])
    }

    @Test func `a second environment gets ports of its own`() throws {
        var state = DropletState(host: Fixture.host())
        state.neighbours = [EdgeEnvironment(scope: "other", routes: [], firstPort: 20000)]
        let plan = try plan(Fixture.candidate("v1", digit: "1"), on: state)
        #expect(plan.edge.firstPort == 20500)
    }

    @Test func `a host that another environment has is refused before anything is brought`() throws {
        var state = DropletState(host: Fixture.host())
        state.neighbours = [
            EdgeEnvironment(scope: "other", routes: [Route("qa.example.com", to: "web")], firstPort: 20000)
        ]
        let plan = try plan(Fixture.candidate("v1", digit: "1"), on: state)
        #expect(plan.refusals.map(\.subject) == ["routes.qa.example.com"])
    }

    @Test func `releases beyond the last ones are removed at the end`() throws {
        let first = try Fixture.release("v1", digit: "1")
        var state = Fixture.state(serving: .blue, slots: [.blue: first])
        for number in 2...6 {
            var old = first
            old.id = try #require(Release.ID(rawValue: "old-\(number)"))
            old.fingerprint = "another \(number)"
            state.releases.append(old)
        }
        let plan = try plan(Fixture.candidate("v9", digit: "9"), on: state)
        #expect(plan.steps.contains(.prune(["old-2", "old-3"].compactMap(Release.ID.init(rawValue:)))))
    }

    @Test func `a version that cannot name a release is refused`() {
        #expect(throws: DeployError.self) {
            try plan(Fixture.candidate("v1/../../x", digit: "1"), on: DropletState(host: Fixture.host()))
        }
    }
}
