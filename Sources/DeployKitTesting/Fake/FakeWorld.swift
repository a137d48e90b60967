import DeployKit

/// All that is on a fake host, as a value that only time and effects change.
struct FakeWorld: Sendable {
    /// The time up to which everything happened.
    private(set) var now: Duration
    /// The environments, by scope.
    var scopes: [String: FakeScope] = [:]
    /// What the images on the host are called.
    var images: [Digest: String] = [:]
    /// Images that cannot be had from anywhere.
    var missingImages: Set<Digest> = []
    /// The facts of the host while nothing runs on it.
    var facts: HostFacts
    /// The disk space that one image takes, in bytes.
    var imageSize = 100 << 20
    /// Those who waited for a lease or a lock and now know; resumed outside of the lock.
    var answers: [@Sendable () -> Void] = []
    private var lastIdentity = 0

    init(facts: HostFacts, now: Duration) {
        self.facts = facts
        self.now = now
    }

    /// A number that was never given out before.
    mutating func makeIdentity() -> Int {
        lastIdentity += 1
        return lastIdentity
    }

    /// When something changes by itself next.
    var nextEvent: Duration? { scopes.values.compactMap(\.nextEvent).min() }

    /// Lets everything happen that is due up to a moment, one after the other.
    mutating func pass(to moment: Duration) {
        while let next = nextEvent, next <= moment {
            for scope in scopes.keys { scopes[scope]?.serveLoad(until: next) }
            now = max(now, next)
            for scope in scopes.keys.sorted() where scopes[scope]?.nextEvent.map({ $0 <= now }) ?? false {
                answers += scopes[scope]?.pass(now) ?? []
                scopes[scope]?.sample("time", at: now)
            }
        }
        for scope in scopes.keys { scopes[scope]?.serveLoad(until: moment) }
        now = max(now, moment)
    }

    /// The facts of the host with all that is on it.
    var currentFacts: HostFacts {
        var facts = facts
        let containers = scopes.values.flatMap { $0.containers + $0.stores }
        facts.memoryAvailable -= containers.filter(\.isRunning).reduce(0) { $0 + $1.behaviour.memory }
        facts.diskFree -= images.count * imageSize
        return facts
    }

    /// What an observer of one environment sees.
    func state(of scope: String) -> DropletState {
        let own = scopes[scope] ?? FakeScope()
        var state = DropletState(
            host: currentFacts,
            leaseOwner: own.lease?.owner,
            stores: own.stores.map(\.status),
            storeDigests: own.storeDigests,
            storeSalt: own.storeSalt,
            containers: own.containers.map(\.status).sorted { $0.name < $1.name },
            releases: own.staged.values.map(\.release).sorted { $0.id < $1.id },
            images: images,
            edge: own.edge.told,
            edgeStatus: own.edgeStatus,
            neighbours: scopes.filter { $0.key != scope }.compactMap(\.value.edge.told).sorted { $0.scope < $1.scope },
            records: own.records
        )
        state.migrationRecords = own.database.records
        return state
    }
}
