import DeployKitTesting
import Testing

struct DropletContractTests {
    @Test(arguments: DropletContract.checks)
    func `the fake droplet keeps the contract`(check: DropletContract.Check) async throws {
        let fixture = FakeContractFixture()
        try await check.run(fixture.droplet, fixture)
    }
}
