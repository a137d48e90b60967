import DeployKit
import Synchronization

/// How much of the machine a test in the lab takes, so that a small one is busy and nobody waits too long.
enum LabRoom {
    /// Three such tests at once: each waits most of its time, for boots, checks and limits.
    case share
    /// No other one at the same time: it makes much load, or asks for an answer within a time.
    case whole
    /// The room of the test that it is part of.
    case none

    private static let shares = ConcurrencyLimit(3)
    private static let wholes = ConcurrencyLimit(1)
    private static let turns = Mutex<[String: ConcurrencyLimit]>([:])

    /// What lets one test at a time have a droplet.
    static func turn(of droplet: String) -> ConcurrencyLimit {
        turns.withLock { turns in
            let turn = turns[droplet] ?? ConcurrencyLimit(1)
            turns[droplet] = turn
            return turn
        }
    }

    /// Runs `body` once there is room.
    func taken(_ body: () async throws -> Void) async throws {
        switch self {
        case .none: try await body()
        case .share: try await Self.shares.run(body)
        case .whole:
            // One after the other, so that no two of them hold shares and wait for each other's.
            try await Self.wholes.run {
                try await Self.shares.run { try await Self.shares.run { try await Self.shares.run(body) } }
            }
        }
    }
}
