import DeployKit
import DeployKitTesting
import Testing

struct FakeFaultTests {
    let droplet = FakeFixture.droplet()

    @Test func `an effect that fails changes nothing and throws what it was given`() async throws {
        try await droplet.deploy("v1")
        droplet.inject(.fails(.edge, "the socket is gone"), at: .next(.cutOver))
        let error = await #expect(throws: DeployError.self) { try await droplet.deploy("v2") }
        #expect(error?.message == "the socket is gone")
        #expect(droplet.timeline.releases.map(\.rawValue) == ["v1"])
    }

    @Test func `an effect that hangs ends when its task is cancelled`() async throws {
        droplet.inject(.hangs, at: .next(.start))
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: DeployError.self) { try await droplet.deploy("v1") }
            }
            await droplet.untilHanging()
            group.cancelAll()
        }
        #expect(!droplet.effects.contains { $0.call == .start })
        #expect(try await droplet.observe().leaseOwner == nil)
    }

    @Test func `an effect whose answer is lost has happened, and the lease is gone with the connection`() async throws {
        droplet.inject(.losesAnswer, at: .next(.stage))
        let error = await #expect(throws: DeployError.self) { try await droplet.deploy("v1") }
        #expect(error?.code == .unreachable)
        #expect(droplet.effects.last?.call == .stage)
        await #expect(throws: ShellError.self) { try await droplet.observe() }
        let state = try await droplet.forAnotherRunner().observe()
        #expect(state.leaseOwner == nil)
        #expect(state.releases.map(\.version) == ["v1"])
    }

    @Test(arguments: FakeFault.Moment.allCases)
    func `a runner that died does nothing more, and the next one finishes`(moment: FakeFault.Moment) async throws {
        droplet.inject(.dies(moment), at: .effect(5))
        await #expect(throws: (any Error).self) { try await droplet.deployAll("v1") }
        let effects = droplet.effects
        #expect(effects.count == (moment == .after ? 5 : 4))
        await #expect(throws: RunnerDied.self) { try await droplet.observe() }

        try await droplet.forAnotherRunner().deployAll("v1")
        #expect(droplet.effects.count > effects.count)
        #expect(droplet.request(FakeFixture.site).release?.rawValue == "v1")
    }

    @Test func `a runner that dies in a cutover leaves the files ahead of the map`() async throws {
        try await droplet.deploy("v1")
        droplet.inject(.dies(.during), at: .next(.cutOver))
        await #expect(throws: (any Error).self) { try await droplet.deploy("v2") }
        let state = try await droplet.forAnotherRunner().observe()
        #expect(state.edge?.serving == .green)
        #expect(state.servingSlot == .blue)
    }

    @Test func `faults are counted from when they are injected, reads apart`() async throws {
        try await droplet.deploy("v1")
        droplet.inject(.fails(.droplet), at: .effect(3))
        await #expect(throws: DeployError.self) { try await droplet.deploy("v2") }
        // The first two effects were the audit record and the fetch; the failed third one is not there.
        #expect(droplet.effects.filter { $0.call == .fetch }.count == 2)
        #expect(droplet.effects.filter { $0.call == .stage }.count == 1)
    }

    @Test func `a read can fail like an effect`() async throws {
        droplet.inject(.losesConnection, at: .call(.observe, 2))
        _ = try await droplet.observe()
        let error = await #expect(throws: ShellError.self) { try await droplet.observe() }
        #expect(error?.code == .connectionLost)
    }
}
