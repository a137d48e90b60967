public import DeployKit

extension FakeDroplet {
    /// What was changed in the environment, in order, by all runners.
    public var effects: [FakeEffect] { scope(\.effects) }

    /// Who answered each host, after every effect and every change by the passing of time.
    public var timeline: FakeTimeline { scope(\.timeline) }

    /// What a request to a host of the environment gets now; the edge counts it.
    @discardableResult
    public func request(_ host: String) -> FakeAnswer { change { scope, _ in scope.ask(host) } }

    /// Lets so many requests a second come from now on, to each host in turn; 0 ends it.
    public func setLoad(perSecond rate: Int) {
        change { scope, world in scope.load = FakeLoad(rate: rate, since: world.now) }
    }

    /// What came of the requests of the load until now, by release; what nobody answered counts without one.
    public var loadAnswers: [FakeLoad.Outcome: Int] { scope(\.loadAnswers) }

    /// What there is of the environment; what was removed and made again has another identity.
    public var inventory: DropletInventory {
        scope { scope in
            DropletInventory(
                containers: scope.containers.reduce(into: [:]) { $0[$1.name] = String($1.identity) },
                stores: scope.stores.reduce(into: [:]) { $0[$1.name] = String($1.identity) },
                volumes: scope.volumes.mapValues { String($0) },
                networks: scope.networks)
        }
    }

    /// The identities of the stores' containers and volumes, by name: no deploy ever changes one.
    public var identities: [String: String] {
        inventory.stores.merging(inventory.volumes) { store, _ in store }
    }

    /// The evidence that was kept, by release.
    public var evidence: [Release.ID: FailureEvidence] { scope(\.evidence) }

    /// How often a job of a release was started.
    public func starts(ofJob job: String, in release: Release.ID) -> Int {
        scope { $0.jobStarts[release]?[job] ?? 0 }
    }

    /// How often the edge was reloaded.
    public var reloads: Int { scope(\.edge.reloads) }

    /// How many open connections lost their container: neither ended by themselves nor closed by a drain.
    public var brokenConnections: Int { scope(\.edge.brokenSessions) }

    /// How many connections to the environment are open.
    public var openConnections: Int { scope(\.edge.sessions.count) }
}

extension FakeDroplet {
    /// Says what the containers of a service do that are started from now on.
    ///
    /// - Parameters:
    ///   - service: A service, of a release or a store.
    ///   - release: The release, by its name or its version; nil means all, and stores.
    ///   - behaviour: What they do.
    public func setBehaviour(of service: String, in release: String? = nil, to behaviour: FakeBehaviour) {
        change { scope, _ in
            scope.behaviours[FakeScope.BehaviourKey(service: service, release: release)] = behaviour
        }
    }

    /// Kills the processes of a service in a slot, as `kill -9` does; the engine starts them again by policy.
    public func kill(_ service: String, in slot: Slot) {
        intervene("kill \(service) in \(slot.rawValue)") { scope, now in
            scope.change([service], in: slot) { $0.die(status: 137, at: now) }
        }
    }

    /// Lets the containers of a service in a slot run on and answer nothing.
    public func silence(_ service: String, in slot: Slot) {
        intervene("silence \(service) in \(slot.rawValue)") { scope, _ in
            scope.change([service], in: slot) { $0.fallSilent() }
        }
    }

    /// Opens connections that last, as a WebSocket or a download, to the service that answers a host now.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - host: The host.
    ///   - duration: How long they stay open; nil for ever.
    public func open(_ count: Int = 1, connectionsTo host: String, lasting duration: Duration? = nil) {
        change { scope, world in
            guard let slot = scope.answer(for: host).slot, let service = scope.edge.services[host] else { return }
            let session = FakeEdge.Session(
                place: FakeEdge.Place(slot: slot, service: service), endsAt: duration.map { world.now + $0 })
            scope.edge.sessions += Array(repeating: session, count: count)
        }
    }

    private func intervene(_ cause: String, _ body: (inout FakeScope, Duration) -> Void) {
        change { scope, world in
            body(&scope, world.now)
            scope.look(at: world.now)
            scope.sample(cause, at: world.now)
        }
    }
}
