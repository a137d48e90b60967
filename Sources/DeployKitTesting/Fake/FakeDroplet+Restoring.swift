package import DeployKit

extension FakeDroplet {
    /// Makes a droplet on which everything is as it was observed on another one.
    ///
    /// What was not observed is made up: containers that run are healthy, those that failed stand still, and the files
    /// of releases are empty.
    package convenience init(restoring state: DropletState, environment: Environment) {
        var facts = state.host
        let running = (state.containers + state.stores).reduce(0) { $0 + $1.memory }
        facts.memoryAvailable += running
        self.init(environment, on: FakeHost(clock: ManualClock(), facts: facts))
        change { scope, world in
            // What the images take is in the free space already.
            world.imageSize = 0
            world.images = state.images
            for neighbour in state.neighbours {
                var other = FakeScope()
                other.edge.told = neighbour
                world.scopes[neighbour.scope] = other
            }
            scope.restore(state, as: environment.scope, on: &world)
        }
    }
}

extension FakeScope {
    /// A trail that says nothing of what was before it, and that there was something.
    private static func trail(of scope: String) -> [UInt8] {
        let broken = AuditBreak(
            digest: Digest(hexadecimal: String(repeating: "0", count: 64)), lines: 0, problems: ["not observed"],
            head: nil)
        let record = AuditRecord(
            scope: scope, at: 0, actor: "", runURL: "", chain: AuditBeginning(publicKey: "", broken: broken))
        let entry = try? AuditEntry(record, sequence: 1, previous: "", key: nil)
        return entry.map { $0.bytes + [UInt8(ascii: "\n")] } ?? []
    }

    fileprivate mutating func restore(_ state: DropletState, as name: String, on world: inout FakeWorld) {
        for release in state.releases {
            let digests = Set(release.images.values.map(\.digest))
            staged[release.id] = ReleaseBundle(
                release: release, projects: [:], environment: Secret(""),
                references: state.images.filter { digests.contains($0.key) })
            if state.hasServed(release.id) { doneJobs[release.id] = Set(release.jobs.map(\.name)) }
        }
        for status in state.stores {
            let service = Service(name: status.service, kind: .store, hasHealthCheck: status.health != .none)
            stores.append(FakeContainer(restoring: status, service: service, on: &world))
            volumes["\(status.name)-data"] = world.makeIdentity()
        }
        storeDigests = state.storeDigests
        storeSalt = state.storeSalt
        for status in state.containers {
            let release = state.releases.first { $0.id == status.release }
            let service =
                release?.services.first { $0.name == status.service } ?? Service(name: status.service, kind: .worker)
            containers.append(
                FakeContainer(
                    restoring: status, service: service, image: release?.images[service.name]?.digest, on: &world))
        }
        records = state.records
        if !records.isEmpty { auditTrail = Self.trail(of: name) }
        database.applied = state.schema?.applied ?? []
        database.rows = state.schema?.rows ?? [:]
        guard let told = state.edge else { return }
        edge.hosts = state.edgeStatus.hosts
        edge.configure(told)
        edge.told = told
        edge.amend(told)
        for index in edge.servers.indices {
            let server = edge.servers[index]
            edge.servers[index].isUp = state.edgeStatus.servers(of: server.slot).contains {
                $0.service == server.place.service && $0.replica == server.replica && $0.isUp
            }
        }
        look(at: world.now)
        sample("now", at: world.now)
    }
}

extension FakeContainer {
    /// Makes a container that is as one was observed.
    fileprivate init(
        restoring status: ContainerStatus, service: Service, image: Digest? = nil, on world: inout FakeWorld
    ) {
        let replica = status.name.split(separator: "-").last.flatMap { Int($0) } ?? 1
        let isWell = status.health == .healthy || status.health == .none
        var behaviour = isWell ? FakeBehaviour.healthy() : .neverHealthy
        if service.kind == .job { behaviour = .succeeds() }
        self.init(
            identity: world.makeIdentity(), name: status.name, service: service, slot: status.slot,
            release: status.release, replica: replica, image: image, behaviour: behaviour.taking(memory: status.memory))
        guard status.state != .created else { return }
        // It was started long ago, so that it has booted, or has ended if it is a job.
        start(at: world.now - .seconds(60))
        pass(world.now)
        if status.state != .running { stop() }
    }
}
