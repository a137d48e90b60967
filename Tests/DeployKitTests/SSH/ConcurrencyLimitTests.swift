import DeployKit
import Synchronization
import Testing

struct ConcurrencyLimitTests {
    private final class Room: Sendable {
        let now = Mutex((inside: 0, most: 0))
    }

    @Test func `lets at most so many through at once`() async throws {
        let limit = ConcurrencyLimit(3)
        let room = Room()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await limit.run {
                        room.now.withLock {
                            $0.inside += 1
                            $0.most = max($0.most, $0.inside)
                        }
                        await Task.yield()
                        room.now.withLock { $0.inside -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(room.now.withLock { $0.most } <= 3)
        #expect(room.now.withLock { $0.inside } == 0)
    }

    @Test func `a cancelled task that waits gives way, and none is lost`() async throws {
        let limit = ConcurrencyLimit(1)
        for _ in 0..<200 {
            try await limit.run {
                await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<3 {
                        group.addTask { (try? await limit.run { true }) ?? false }
                    }
                    await Task.yield()
                    group.cancelAll()
                    for await hasRun in group { #expect(!hasRun) }
                }
            }
        }
        #expect(try await limit.run { true })
    }
}
