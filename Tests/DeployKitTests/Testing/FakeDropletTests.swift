import DeployKit
import DeployKitTesting
import Testing

struct FakeDropletTests {
    let droplet = FakeFixture.droplet()

    @Test func `a second deploy loses no request and never mixes two releases`() async throws {
        try await droplet.deployAll("v1")
        try await droplet.deployAll("v2")
        #expect(droplet.timeline.lost == [])
        #expect(droplet.timeline.mixed == [])
        #expect(droplet.timeline.releases.map(\.rawValue) == ["v1", "v2"])
    }

    @Test func `the effects of a deploy print as a story`() async throws {
        try await droplet.deployAll("v1")
        #expect(
            droplet.effects.map(\.description) == [
                "append [1, 2] to the audit trail",
                "fetch api, mailer, migrate, site",
                "stage v1",
                "start stores postgres",
                "configure edge",
                "start v1 in blue: api, mailer, migrate, site",
                "cut over to blue",
                "record v1 succeeded",
                "append [3] to the audit trail",
            ])
    }

    @Test func `a rollback to the standby moves the routes and makes no container`() async throws {
        try await droplet.deployAll("v1")
        try await droplet.deployAll("v2")
        let before = droplet.inventory
        try await droplet.rollBack()
        #expect(droplet.request(FakeFixture.site).release?.rawValue == "v1")
        #expect(droplet.inventory == before)
        #expect(droplet.timeline.lost == [])
    }

    @Test func `stores and volumes keep their identity through deploys`() async throws {
        try await droplet.deployAll("v1")
        let before = droplet.inventory
        for version in ["v2", "v3", "v4"] { try await droplet.deployAll(version) }
        #expect(droplet.inventory.stores == before.stores)
        #expect(droplet.inventory.volumes == before.volumes)
        #expect(!before.volumes.isEmpty)
    }

    @Test func `a job runs once for each release`() async throws {
        try await droplet.deployAll("v1")
        try await droplet.deployAll("v2")
        let release = try #require(Release.ID(rawValue: "v2"))
        #expect(droplet.starts(ofJob: "migrate", in: release) == 1)
    }

    @Test(
        arguments: [
            .neverHealthy, .exits(3), .crashes(after: .milliseconds(1200)), .failsProbes(), .wrongPort,
        ] as [FakeBehaviour])
    func `a release that is not healthy never gets a request`(behaviour: FakeBehaviour) async throws {
        try await droplet.deployAll("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: behaviour)
        await #expect(throws: DeployError.self) { try await droplet.deployAll("v2") }
        #expect(droplet.timeline.releases.map(\.rawValue) == ["v1"])
        #expect(droplet.timeline.lost == [])
    }

    @Test func `an exit is noticed at once and not at the deadline`() async throws {
        try await droplet.deployAll("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .exits(3, after: .milliseconds(500)))
        let start = droplet.clock.now
        await #expect(throws: DeployError.self) { try await droplet.deployAll("v2") }
        #expect(start.duration(to: droplet.clock.now) < .seconds(2))
    }

    @Test func `a job that fails keeps the release away and leaves its words as evidence`() async throws {
        droplet.setBehaviour(of: "migrate", in: "v1", to: .fails(3, printing: "no such table"))
        let error = await #expect(throws: DeployError.self) { try await droplet.deployAll("v1") }
        #expect(error?.evidence.contains("no such table") == true)
        #expect(droplet.request(FakeFixture.site) == .unavailable)
    }

    @Test func `an image that is lost cannot be fetched`() async throws {
        droplet.host.loseImages(ImagePin.fake("api", version: "v1").digest)
        let error = await #expect(throws: DeployError.self) { try await droplet.deployAll("v1") }
        #expect(error?.code == .image)
    }

    @Test func `what runs takes memory and what was fetched takes disk`() async throws {
        let before = try await droplet.observe().host
        droplet.setBehaviour(of: "api", to: .healthy().taking(memory: 300 << 20))
        try await droplet.deployAll("v1")
        let after = try await droplet.observe().host
        #expect(before.memoryAvailable - after.memoryAvailable == (300 + 3 * 50) << 20)
        #expect(before.diskFree - after.diskFree == 4 * (100 << 20))
    }

    @Test func `a droplet that reboots serves the same release again`() async throws {
        try await droplet.deployAll("v1")
        try await droplet.deployAll("v2")
        droplet.host.reboot()
        #expect(droplet.request(FakeFixture.api) == .held)
        droplet.clock.advance(by: .seconds(5))
        #expect(droplet.request(FakeFixture.api).release?.rawValue == "v2")
        #expect(try await droplet.observe().isReady(.green))
    }

    @Test func `two environments on one host go their own ways`() async throws {
        let production = FakeDroplet(FakeFixture.environment("production"), on: droplet.host)
        try await droplet.deployAll("v1")
        try await production.deployAll("v7")
        try await droplet.deployAll("v2")
        #expect(production.timeline.releases.map(\.rawValue) == ["v7"])
        #expect(try await production.observe().neighbours.map(\.scope) == ["bankflow-staging"])
        #expect(droplet.host.images.count == 12)
    }

    @Test func `the same test sees the same twice`() async throws {
        let other = FakeFixture.droplet()
        for droplet in [droplet, other] {
            droplet.setBehaviour(of: "api", in: "v2", to: .crashes(after: .seconds(30)))
            try await droplet.deployAll("v1")
            try await droplet.deployAll("v2")
            droplet.clock.advance(by: .seconds(120))
        }
        #expect(droplet.timeline == other.timeline)
        #expect(droplet.effects == other.effects)
    }
}
