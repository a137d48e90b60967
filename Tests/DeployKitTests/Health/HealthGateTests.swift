import DeployKit
import Testing

struct HealthGateTests {
    private func gate() throws -> HealthGate {
        HealthGate(
            release: try Fixture.release("v1", digit: "1"), routes: Fixture.environment.routes,
            policy: HealthPolicy(successes: 2))
    }

    private func health(
        _ change: (inout ContainerStatus) -> Void = { _ in }, up: Set<String> = ["api", "site"]
    ) -> SlotHealth {
        SlotHealth(
            containers: Fixture.services.map { service in
                var container = ContainerStatus(
                    name: service.name, service: service.name, slot: .blue, release: nil, state: .running,
                    health: service.hasHealthCheck ? .healthy : .none)
                if service.name == "api" { change(&container) }
                return container
            },
            servers: ["api", "site"].map {
                EdgeServer(service: $0, backendSlot: .blue, slot: .blue, isUp: up.contains($0), lastCheck: "L4CON")
            })
    }

    private func probe(_ gate: inout HealthGate, _ host: String, _ statuses: Int?...) {
        for status in statuses { gate.observe(ProbeResult(host: host, status: status)) }
    }

    @Test func `passes when containers, edge and probes agree often enough in a row`() throws {
        var gate = try gate()
        gate.observe(health())
        probe(&gate, "qa.example.com", 200, 200)
        probe(&gate, "api.qa.example.com", 200, 500, 200)
        #expect(gate.verdict == .waiting("probing api.qa.example.com"))
        probe(&gate, "api.qa.example.com", 204)
        #expect(gate.verdict == .passed)
    }

    @Test(arguments: [301, 404, 500, nil] as [Int?])
    func `counts nothing but a 2xx as success`(status: Int?) throws {
        var gate = try gate()
        gate.observe(health())
        probe(&gate, "qa.example.com", 200, 200)
        probe(&gate, "api.qa.example.com", 200, 200, status)
        #expect(gate.verdict != .passed)
        #expect(gate.failedProbes.map(\.host) == ["api.qa.example.com"])
    }

    @Test(arguments: [ContainerStatus.Health.starting, .unhealthy])
    func `waits for a container's own health check`(value: ContainerStatus.Health) throws {
        var gate = try gate()
        gate.observe(health { $0.health = value })
        #expect(gate.verdict == .waiting("api is \(value.rawValue)"))
    }

    @Test func `keeps the status of a check while the edge makes the next one`() throws {
        var gate = try gate()
        for check in ["L7STS/500 in 3ms", "L7STS in 3ms"] {
            var health = health(up: ["site"])
            health.servers[0].lastCheck = check
            gate.observe(health)
        }
        #expect(gate.verdict == .waiting("the edge does not find api up (L7STS/500 in 3ms)"))
        gate.observe(health(up: ["site"]))
        #expect(gate.verdict == .waiting("the edge does not find api up (L4CON)"))
    }

    @Test func `waits for the edge, with what its check said`() throws {
        var gate = try gate()
        gate.observe(health(up: ["site"]))
        #expect(gate.verdict == .waiting("the edge does not find api up (L4CON)"))
        #expect(!gate.awaitsProbesAlone)
    }

    @Test func `fails at once when a container ended, restarted or ran out of memory`() throws {
        for change: (inout ContainerStatus) -> Void in [
            { $0.state = .exited },
            { $0.state = .restarting },
            { $0.restarts = 1 },
            { $0.ranOutOfMemory = true },
        ] {
            var gate = try gate()
            gate.observe(health(change))
            guard case .failed = gate.verdict else {
                Issue.record("the gate waits for a container that ended")
                continue
            }
        }
    }

    @Test func `waits for all replicas`() throws {
        var release = try Fixture.release("v1", digit: "1")
        release.services[0].replicas = 2
        var gate = HealthGate(release: release, routes: Fixture.environment.routes, policy: HealthPolicy())
        gate.observe(health())
        #expect(gate.verdict == .waiting("api has 1 of 2 containers"))
    }

    @Test func `a job that succeeded is no failure, and one that failed is`() throws {
        var release = try Fixture.release("v1", digit: "1")
        release.services.append(Service(name: "seed", kind: .job))
        var health = health()
        health.containers.append(
            ContainerStatus(name: "seed", service: "seed", slot: .blue, release: nil, state: .exited))
        var gate = HealthGate(release: release, routes: [], policy: HealthPolicy())
        gate.observe(health)
        #expect(gate.verdict == .passed)
        health.containers[health.containers.count - 1].exitStatus = 1
        gate.observe(health)
        #expect(gate.verdict == .failed("seed exited with status 1"))
    }
}
