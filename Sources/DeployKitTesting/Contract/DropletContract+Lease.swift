import DeployKit
import Synchronization

extension DropletContract {
    static let lease: [Check] = [
        Check("a second taker of the lease is refused, and hears who holds it") { droplet, _ in
            try await droplet.withLease(as: .first, waiting: .zero) { leased in
                let owner = try await leased.observe().leaseOwner
                try require(owner?.actor, is: LeaseOwner.first.actor, "who holds the lease")
                try require(owner?.action, is: LeaseOwner.first.action, "what they do")
                try require((owner?.since ?? 0) > 0, "since when, by the droplet's clock")
                do {
                    try await droplet.withLease(as: .second, waiting: .zero) { _ in }
                    throw ContractViolation("the second taker is refused")
                } catch LeaseError.held(let owner) {
                    try require(owner.actor, is: LeaseOwner.first.actor, "who the second taker hears of")
                    try require(owner.action, is: LeaseOwner.first.action, "what they do")
                }
            }
            try require(try await droplet.observe().leaseOwner, is: nil, "the owner after the end")
        },
        Check("who waits for the lease gets it when the first ends") { droplet, _ in
            let order = Order()
            let (held, isHeld) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { isHeld.finish() }
                    try await droplet.withLease(as: .first, waiting: .zero) { leased in
                        isHeld.finish()
                        // Some round trips in which the second could come in, were the lease not held.
                        for _ in 0..<5 { _ = try await leased.observe() }
                        order.note("first ends")
                    }
                }
                group.addTask {
                    for await _ in held {}
                    try await droplet.withLease(as: .second, waiting: .seconds(60)) { leased in
                        order.note("second begins")
                        let owner = try await leased.observe().leaseOwner
                        try require(owner?.actor, is: LeaseOwner.second.actor, "who holds the lease then")
                    }
                }
                try await group.waitForAll()
            }
            try require(order.notes, is: ["first ends", "second begins"], "the order")
        },
        Check("a former owner's effects are refused once the next one has the lease") { droplet, fixture in
            let former = try await droplet.withLease(as: .first, waiting: .zero) { $0 }
            try await droplet.withLease(as: .second, waiting: .zero) { leased in
                let stores = try await fixture.stores()
                let record = RolloutRecord(
                    action: .deploy, release: try await fixture.release("v1", behaving: .healthy).id, before: nil,
                    result: .succeeded, actor: "first", milliseconds: 1)
                try await require("its record is refused with LeaseError.lost", throwing: isLost) {
                    try await former.record(record)
                }
                try await require("its stores are refused with LeaseError.lost", throwing: isLost) {
                    try await former.startStores(stores)
                }
                try await require("its clearing is refused with LeaseError.lost", throwing: isLost) {
                    try await former.clear(.blue)
                }
                let state = try await leased.observe()
                try require(state.records, is: [], "records")
                try require(state.stores, is: [], "stores")
            }
        },
        Check("the lease is free again when the work under it fails") { droplet, _ in
            struct Failure: Error {}
            try await require("the work's own error comes out", throwing: { $0 is Failure }) {
                try await droplet.withLease(as: .first, waiting: .zero) { _ in throw Failure() }
            }
            try require(try await droplet.observe().leaseOwner, is: nil, "the owner")
            let result = try await droplet.withLease(as: .second, waiting: .zero) { _ in 42 }
            try require(result, is: 42, "what the next work returns")
        },
    ]

    private static func isLost(_ error: any Error) -> Bool {
        if case .lost = error as? LeaseError { true } else { false }
    }

    /// Notes what happened, in order.
    private final class Order: Sendable {
        private let list = Mutex<[String]>([])

        var notes: [String] { list.withLock { $0 } }

        func note(_ text: String) { list.withLock { $0.append(text) } }
    }
}

extension LeaseOwner {
    fileprivate static let first = LeaseOwner(actor: "ada o'neill", action: "deploy \"v1\"")
    fileprivate static let second = LeaseOwner(actor: "grace", action: "deploy v2")
}
