import DeployKit
import DeployKitTesting
import Testing

/// A run that somebody cancels, and one whose connection ends.
struct CancellationTests {
    private let droplet = FakeFixture.droplet()

    @Test(arguments: [FakeCall.stage, .start, .health, .configureEdge, .cutOver])
    func `a deploy that is cancelled says what serves, leaves nothing of its release, and frees the lease`(
        _ call: FakeCall
    ) async throws {
        try await droplet.deployAll("v1")
        droplet.inject(.hangs, at: .next(call))
        let run = Task { try await droplet.deployAll("v2") }
        await droplet.untilHanging()
        run.cancel()
        let error = await #expect(throws: DeployError.self) { try await run.value }
        #expect(error?.code == .cancelled)
        #expect(error?.message == "the run was cancelled; it holds no lease any more")
        #expect(error?.serving.contains("release v1 serves") == true, "\(error?.serving ?? "")")
        #expect(error?.next.isEmpty == false)
        let state = try await droplet.observe()
        #expect(state.leaseOwner == nil)
        #expect(state.releases.map(\.id.rawValue) == ["v1"])
        try await droplet.deployAll("v2")
        #expect(droplet.timeline.lost.isEmpty)
    }

    @Test func `what could not be removed is not said to be gone`() async throws {
        try await droplet.deployAll("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .exits(3))
        droplet.inject(.fails(.droplet), at: .next(.clear))
        let error = await #expect(throws: DeployError.self) { try await droplet.deployAll("v2") }
        #expect(error?.serving.contains("nothing is left") == false, "\(error?.serving ?? "")")
        #expect(error?.serving.contains("what is left of release v2 is removed by the next deploy") == true)
    }

    @Test func `a run that ends with its connection is not said to be cancelled`() {
        let error = DeployError(.cancelled, "the run was cancelled", serving: "release v1 serves").ofEndedRun(
            isCancelled: false)
        #expect(error.code == .unreachable)
        #expect(error.serving.contains("unless another run took over"))
        #expect(error.next.contains("status"))
    }
}
