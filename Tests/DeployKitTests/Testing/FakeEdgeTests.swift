import DeployKit
import DeployKitTesting
import Testing

struct FakeEdgeTests {
    let droplet = FakeFixture.droplet()

    private func answers() -> [String?] {
        [FakeFixture.site, FakeFixture.api].map { droplet.request($0).release?.rawValue }
    }

    /// Does something under the lease with what the edge was told.
    private func edge(_ body: @escaping @Sendable (any LeasedDroplet, EdgeEnvironment) async throws -> Void)
        async throws
    {
        try await droplet.withLease(as: FakeFixture.owner, waiting: .zero) { leased in
            let state = try await leased.observe()
            try await body(leased, try #require(state.edge))
        }
    }

    @Test func `all routes go over to the standby when one service of the serving release dies`() async throws {
        try await droplet.deploy("v1")
        try await droplet.deploy("v2")
        droplet.kill("api", in: .green)
        #expect(droplet.request(FakeFixture.api) == .held)
        droplet.clock.advance(by: .milliseconds(700))
        #expect(answers() == ["v1", "v1"])
        #expect(droplet.timeline.lost == [])
    }

    @Test func `the routes come back when the service has come back`() async throws {
        try await droplet.deploy("v1")
        try await droplet.deploy("v2")
        droplet.kill("api", in: .green)
        droplet.clock.advance(by: .seconds(10))
        #expect(answers() == ["v2", "v2"])
        #expect(droplet.timeline.releases.map(\.rawValue) == ["v1", "v2", "v1", "v2"])
    }

    @Test func `a service that falls silent is bypassed like one that died`() async throws {
        try await droplet.deploy("v1")
        try await droplet.deploy("v2")
        droplet.silence("site", in: .green)
        droplet.clock.advance(by: .seconds(10))
        #expect(answers() == ["v1", "v1"])
    }

    @Test func `requests wait where nobody stands by and are lost when nobody comes`() async throws {
        droplet.setBehaviour(of: "api", to: .healthy().notRestarted)
        try await droplet.deploy("v1")
        droplet.kill("api", in: .blue)
        droplet.clock.advance(by: .seconds(1))
        #expect(answers() == ["v1", nil])
        #expect(droplet.request(FakeFixture.api) == .held)
        #expect(droplet.timeline.lost == [])

        droplet.clock.advance(by: FakeTimeline.holdLimit)
        try await edge { leased, edge in _ = try await leased.drain(.green, within: .zero) }
        #expect(droplet.timeline.lost != [])
    }

    @Test func `a slot that is not armed does not answer for the other`() async throws {
        try await droplet.deploy("v1")
        try await droplet.deploy("v2")
        try await edge { leased, edge in
            var edge = edge
            edge.standbyIsArmed = false
            try await leased.configureEdge(edge)
        }
        droplet.setBehaviour(of: "api", to: .neverHealthy)
        droplet.kill("api", in: .green)
        droplet.clock.advance(by: .milliseconds(700))
        #expect(answers() == ["v2", nil])
        #expect(try await droplet.observe().edgeStatus.servers.filter(\.isBackup).allSatisfy(\.isDisabled))
    }

    @Test func `a server is up some time after its container and down some time after it`() async throws {
        try await droplet.deploy("v1")
        func isUp() async throws -> Bool {
            try await droplet.observe().edgeStatus.servers(of: .blue).allSatisfy(\.isUp)
        }
        droplet.kill("api", in: .blue)
        droplet.clock.advance(by: .milliseconds(600))
        #expect(try await isUp())
        droplet.clock.advance(by: .milliseconds(100))
        #expect(try await !isUp())
        // Docker starts it again after 100 ms, it boots for a second, and the edge wants two good checks.
        droplet.clock.advance(by: .milliseconds(599))
        #expect(try await !isUp())
        droplet.clock.advance(by: .milliseconds(1))
        #expect(try await isUp())
    }

    @Test func `a cutover to servers that the edge was not told of is refused`() async throws {
        try await droplet.deploy("v1")
        let error = await #expect(throws: DeployError.self) {
            try await edge { leased, edge in
                var edge = edge
                edge.slots[.green] = edge.slots[.blue]
                edge.serving = .green
                _ = try await leased.cutOver(edge)
            }
        }
        #expect(error?.code == .edge)
        #expect(answers() == ["v1", "v1"])
    }

    @Test func `a drain waits for connections that end and closes those that do not`() async throws {
        try await droplet.deploy("v1")
        droplet.open(2, connectionsTo: FakeFixture.api, lasting: .seconds(20))
        droplet.open(connectionsTo: FakeFixture.site)
        let start = droplet.clock.now
        try await edge { leased, _ in
            let report = try await leased.drain(.blue, within: .seconds(30))
            #expect(report.closed == 1)
        }
        #expect(start.duration(to: droplet.clock.now) == .seconds(30))
        #expect(droplet.openConnections == 0)
        #expect(droplet.brokenConnections == 0)
    }

    @Test func `a drain is over when the last connection ends`() async throws {
        try await droplet.deploy("v1")
        droplet.open(connectionsTo: FakeFixture.api, lasting: .seconds(7))
        let start = droplet.clock.now
        try await edge { leased, _ in
            let report = try await leased.drain(.blue, within: .seconds(30))
            #expect(report.closed == 0)
        }
        #expect(start.duration(to: droplet.clock.now) == .seconds(7))
    }

    @Test func `a container that stops with open connections breaks them`() async throws {
        try await droplet.deploy("v1")
        droplet.open(3, connectionsTo: FakeFixture.api)
        try await edge { leased, _ in try await leased.clear(.blue) }
        #expect(droplet.brokenConnections == 3)
    }
}
