import DeployKit

extension FakeLeasedDroplet {
    func startStores(_ bundle: StoresBundle) async throws {
        let names = bundle.services.map(\.name)
        try await perform(.startStores) { extent in
            try change(noting: .startStores(names)) { scope, world in
                scope.storeSalt = bundle.salt
                for store in extent.of(bundle.services) {
                    scope.makeStore(store, of: droplet.environment, digest: bundle.digests[store.name], on: &world)
                }
            }
            guard extent == .whole else { return }
            let isHealthy = try await wait(.seconds(180)) { scope in
                scope.stores.filter { names.contains($0.service.name) }.allSatisfy {
                    $0.isRunning && ($0.status.health == .healthy || $0.status.health == .none)
                } ? true : nil
            }
            if isHealthy == nil { throw DeployError(.droplet, "the stores \(names.list) are not healthy") }
        }
    }

    func start(
        _ release: Release.ID, in slot: Slot, services: [String], within deadline: Duration
    ) async throws {
        try await perform(.start) { extent in
            let end = droplet.clock.now.offset + deadline
            let bundle = try change(noting: .start(release, slot, services)) { scope, world in
                let bundle = try scope.bundle(of: release, services: services, images: world.images)
                for volume in bundle.volumes.compactMap(\.last) where scope.volumes[volume] == nil {
                    scope.volumes[volume] = world.makeIdentity()
                }
                scope.networks.insert(droplet.environment.project(of: slot))
                return bundle
            }
            let own = bundle.release.services.filter { services.contains($0.name) }
            for job in own.filter({ $0.kind == .job }) {
                if try begin(job, of: bundle.release, in: slot) {
                    try await finish(job, of: bundle.release, in: slot, until: end)
                }
            }
            try change(noting: nil) { scope, world in
                for service in extent.of(own.filter { $0.kind != .job }) {
                    scope.make(service, of: bundle.release, in: slot, environment: droplet.environment, on: &world)
                }
                scope.look(at: world.now)
                scope.sample("started \(release)", at: world.now)
            }
        }
    }

    /// Starts a job, unless this release is done with it.
    private func begin(_ job: Service, of release: Release, in slot: Slot) throws -> Bool {
        try change(noting: nil) { scope, world in
            if scope.doneJobs[release.id]?.contains(job.name) ?? false { return false }
            scope.containers.removeAll { $0.slot == slot && $0.service.name == job.name && !$0.isRunning }
            scope.make(job, of: release, in: slot, environment: droplet.environment, on: &world)
            return true
        }
    }

    /// Waits for the end of a job, and remembers that this release is done with it.
    private func finish(_ job: Service, of release: Release, in slot: Slot, until end: Duration) async throws {
        let ended = try await wait(end - droplet.clock.now.offset) { scope in
            scope.containers.first { $0.slot == slot && $0.service.name == job.name && !$0.isRunning }
        }
        guard let ended else {
            throw DeployError(.droplet, "the job \(job.name) of release \(release.id) has not ended in time")
        }
        guard ended.exitStatus == 0 else {
            throw DeployError(
                .unhealthy, "the job \(job.name) of release \(release.id) exited with status \(ended.exitStatus)",
                evidence: ended.lines)
        }
        try change(noting: nil) { scope, _ in _ = scope.doneJobs[release.id, default: []].insert(job.name) }
    }

    func stop(_ services: [String], in slot: Slot) async throws {
        try await perform(.stop) { extent in
            try change(noting: .stop(slot, services)) { scope, _ in
                scope.change(services, in: slot, extent: extent) { $0.stop() }
            }
        }
    }

    func resume(_ services: [String], in slot: Slot) async throws {
        try await perform(.resume) { extent in
            try change(noting: .resume(slot, services)) { scope, world in
                scope.change(services, in: slot, extent: extent) { $0.start(at: world.now) }
            }
        }
    }

    func clear(_ slot: Slot) async throws {
        try await empty(slot, keepingNetworks: false, as: .clear(slot))
    }

    /// All releases of a fake droplet have the same networks.
    func vacate(_ slot: Slot, for release: Release.ID) async throws {
        try await empty(slot, keepingNetworks: true, as: .vacate(slot, release))
    }

    private func empty(_ slot: Slot, keepingNetworks: Bool, as effect: FakeEffect) async throws {
        try await perform(effect.call) { extent in
            try change(noting: effect) { scope, _ in
                let gone = Set(extent.of(scope.containers.filter { $0.slot == slot }).map(\.identity))
                scope.containers.removeAll { gone.contains($0.identity) }
                if extent == .whole, !keepingNetworks {
                    scope.networks.remove(droplet.environment.project(of: slot))
                }
                scope.breakSessions()
            }
        }
    }
}

extension FakeScope {
    /// The staged files of a release, when all is there to start services of it.
    fileprivate func bundle(
        of release: Release.ID, services: [String], images: [Digest: String]
    ) throws -> ReleaseBundle {
        guard let bundle = staged[release] else {
            throw DeployError(.droplet, "release \(release) has no files on the droplet")
        }
        for service in services {
            guard let image = bundle.release.images[service], images[image.digest] == nil else { continue }
            throw DeployError(
                .image, "an image of release \(release) is not on the droplet: No such image: \(image.name)")
        }
        let known = Set(stores.map(\.service.name))
        if let missing = bundle.attachments.first(where: { !known.contains($0.service) }) {
            throw DeployError(.droplet, "the store \(missing.service) has no container")
        }
        return bundle
    }

    /// Makes and starts the containers of a service that are missing, and starts those that stand still.
    fileprivate mutating func make(
        _ service: Service, of release: Release, in slot: Slot, environment: Environment, on world: inout FakeWorld
    ) {
        for replica in 1...max(service.replicas, 1) {
            let index = containers.firstIndex {
                $0.slot == slot && $0.service.name == service.name && $0.replica == replica
            }
            if let index {
                containers[index].start(at: world.now)
                continue
            }
            var container = FakeContainer(
                identity: world.makeIdentity(), name: "\(environment.project(of: slot))-\(service.name)-\(replica)",
                service: service, slot: slot, release: release.id, replica: replica,
                image: release.images[service.name]?.digest, behaviour: behaviour(of: service, in: release))
            container.start(at: world.now)
            containers.append(container)
            if service.kind == .job { jobStarts[release.id, default: [:]][service.name, default: 0] += 1 }
        }
    }

    /// Makes a store with its volume, or starts it where it stands still.
    fileprivate mutating func makeStore(
        _ store: Service, of environment: Environment, digest: String?, on world: inout FakeWorld
    ) {
        let volume = "\(environment.storesProject)_\(store.name)"
        if volumes[volume] == nil { volumes[volume] = world.makeIdentity() }
        if let index = stores.firstIndex(where: { $0.service.name == store.name }) {
            stores[index].start(at: world.now)
            return
        }
        storeDigests[store.name] = digest
        var container = FakeContainer(
            identity: world.makeIdentity(), name: "\(environment.storesProject)-\(store.name)-1", service: store,
            slot: nil, release: nil, replica: 1, image: nil, behaviour: behaviour(of: store, in: nil))
        container.start(at: world.now)
        stores.append(container)
    }
}
