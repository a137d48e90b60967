import DeployKit
import DeployKitTesting
import Synchronization
import Testing

struct FakeLeaseTests {
    let droplet = FakeFixture.droplet()

    @Test func `who waited as long as they wanted hears who holds the lease`() async throws {
        try await droplet.withLease(as: FakeFixture.owner, waiting: .zero) { [droplet] _ in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    let error = await #expect(throws: LeaseError.self) {
                        try await droplet.withLease(
                            as: LeaseOwner(actor: "grace", action: "deploy v2"), waiting: .seconds(60)
                        ) { _ in }
                    }
                    if case .held(let owner) = error { #expect(owner.actor == "ada") } else { Issue.record("not held") }
                }
                await droplet.untilWaiting()
                droplet.clock.advance(by: .seconds(60))
            }
        }
    }

    @Test func `who waits hears whom they wait for`() async throws {
        let (held, isHeld) = AsyncStream<Void>.makeStream()
        let holders = Mutex<[String]>([])
        async let first: Void = droplet.withLease(as: FakeFixture.owner, waiting: .zero) { [droplet] _ in
            isHeld.finish()
            await droplet.untilWaiting()
        }
        for await _ in held {}
        try await droplet.withLease(
            as: LeaseOwner(actor: "grace", action: "deploy v2"), waiting: .seconds(60),
            onWait: { holder in holders.withLock { $0.append(holder.actor) } }
        ) { _ in }
        try await first
        #expect(holders.withLock { $0 } == ["ada"])
    }

    @Test func `who is cancelled while waiting leaves the queue`() async throws {
        try await droplet.withLease(as: FakeFixture.owner, waiting: .zero) { [droplet] _ in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await droplet.withLease(as: FakeFixture.owner, waiting: .seconds(60)) { _ in }
                    }
                }
                await droplet.untilWaiting()
                group.cancelAll()
            }
        }
        #expect(try await droplet.observe().leaseOwner == nil)
    }

    @Test func `the lease of a runner that died is free at once`() async throws {
        let next = droplet.forAnotherRunner()
        await #expect(throws: RunnerDied.self) {
            try await droplet.withLease(as: FakeFixture.owner, waiting: .zero) { [droplet] leased in
                droplet.killRunner()
                try await next.withLease(as: FakeFixture.owner, waiting: .zero) { _ in }
                try await leased.clear(.blue)
            }
        }
        #expect(droplet.effects.isEmpty)
    }

    @Test func `an owner without its lease is refused from the moment that another one has it`() async throws {
        let next = droplet.forAnotherRunner()
        try await droplet.withLease(as: FakeFixture.owner, waiting: .zero) { [droplet] leased in
            droplet.freeLease()
            try await leased.clear(.blue)
            try await next.withLease(as: FakeFixture.owner, waiting: .zero) { other in
                await #expect(throws: LeaseError.self) { try await leased.clear(.green) }
                try await other.clear(.green)
            }
        }
        #expect(droplet.effects == [.clear(.blue), .clear(.green)])
    }

    @Test func `an owner who lost the lease while waiting for a drain closes nothing`() async throws {
        try await droplet.deploy("v1")
        droplet.open(connectionsTo: FakeFixture.api)
        let next = droplet.forAnotherRunner()
        let former = try await droplet.withLease(as: FakeFixture.owner, waiting: .zero) { $0 }
        try await next.withLease(as: FakeFixture.owner, waiting: .zero) { _ in }
        await #expect(throws: LeaseError.self) { try await former.drain(.blue, within: .seconds(1)) }
        #expect(droplet.openConnections == 1)
    }
}
