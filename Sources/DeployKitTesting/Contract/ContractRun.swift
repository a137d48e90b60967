import DeployKit

/// The steps that the checks of the contract share, on a droplet whose lease is held.
struct ContractRun: Sendable {
    let droplet: any LeasedDroplet
    let fixture: any ContractFixture

    var environment: Environment { fixture.environment }

    /// Brings the images of a release and writes its files.
    func stage(_ version: String, behaving behaviour: ContractBehaviour = .healthy) async throws -> Release {
        let release = try await fixture.release(version, behaving: behaviour)
        let references = try await droplet.fetch(release.images.values.sorted { $0.name < $1.name })
        for image in release.images.values {
            try require(references[image.digest] != nil, "fetch says what \(image.name) is called on the droplet")
        }
        let ports = PortBlock(first: try await edge().firstPort)
        try await droplet.stage(try await fixture.bundle(of: release, references: references, ports: ports))
        return release
    }

    /// The edge as it was told, or as it begins.
    func edge() async throws -> EdgeEnvironment {
        let state = try await droplet.observe()
        if let edge = state.edge { return edge }
        guard let block = PortBlock(beside: state.neighbours) else {
            throw ContractViolation("the droplet has no free block of ports")
        }
        return EdgeEnvironment(
            scope: environment.scope, routes: environment.routes, firstPort: block.first, policy: environment.edge)
    }

    /// Tells the edge of a release in a slot, where nothing stands by meanwhile.
    func prepareEdge(for release: Release, in slot: Slot) async throws {
        var edge = try await edge()
        let ports = PortBlock(first: edge.firstPort).ports(for: release.services, in: slot)
        edge.slots[slot] = release.webServices.sorted { $0.name < $1.name }.map { service in
            EdgeService(name: service.name, healthPath: service.healthPath, ports: ports[service.name] ?? [])
        }
        edge.standbyIsArmed = false
        try await droplet.configureEdge(edge)
    }

    /// Starts all services of a staged release.
    func start(_ release: Release, in slot: Slot) async throws {
        try await droplet.start(
            release.id, in: slot, services: release.services.map(\.name).sorted(), within: .seconds(120))
    }

    /// Makes a release run in a slot, healthy and up, with its stores.
    func bringUp(_ version: String, in slot: Slot) async throws -> Release {
        let release = try await stage(version)
        try await droplet.startStores(try await fixture.stores())
        try await prepareEdge(for: release, in: slot)
        try await start(release, in: slot)
        try await untilHealth(of: slot, "release \(release.id) is healthy and up") { health in
            let services = release.services.filter { $0.kind != .job }
            let names = Set(services.map(\.name))
            let own = health.containers.filter { names.contains($0.service) }
            return own.count == services.reduce(0) { $0 + $1.replicas }
                && own.allSatisfy { $0.state == .running && [.healthy, .none].contains($0.health) }
                && health.servers.count == release.webServices.reduce(0) { $0 + $1.replicas }
                && health.servers.allSatisfy(\.isUp)
        }
        return release
    }

    /// Moves all routes to a slot.
    func cutOver(to slot: Slot, standby: Bool = false) async throws {
        var edge = try await edge()
        edge.serving = slot
        edge.standbyIsArmed = standby
        _ = try await droplet.cutOver(edge)
    }

    /// Makes a release run in a slot and serve.
    func serve(_ version: String, in slot: Slot, standby: Bool = false) async throws -> Release {
        let release = try await bringUp(version, in: slot)
        try await cutOver(to: slot, standby: standby)
        return release
    }

    /// Waits until a slot's health is as expected, in a bounded number of looks.
    func untilHealth(
        of slot: Slot, _ expectation: String, _ isExpected: (SlotHealth) -> Bool
    ) async throws {
        var known: SlotHealth?
        for _ in 0..<200 {
            let health = try await droplet.health(of: slot, after: known, within: .milliseconds(500))
            if isExpected(health) { return }
            known = health
        }
        throw ContractViolation("\(expectation): it never was; last seen \(known ?? SlotHealth())")
    }

    /// Waits until a slot answers every route under its public name.
    func untilAnswered(by slot: Slot) async throws {
        var results: [ProbeResult] = []
        for _ in 0..<60 {
            results = try await probe(.public)
            if results.allSatisfy({ $0.isSuccess && ($0.slot == nil || $0.slot == slot) }) { return }
            let known = try await droplet.health(of: slot, after: nil, within: .zero)
            _ = try await droplet.health(of: slot, after: known, within: .milliseconds(250))
        }
        throw ContractViolation("\(slot.rawValue) answers every route; the last probes: \(results)")
    }

    /// Probes every route.
    func probe(_ path: Probe.Path) async throws -> [ProbeResult] {
        var results: [ProbeResult] = []
        for route in environment.routes {
            let probe = Probe(
                host: route.host, target: environment.health.path, path: path, timeout: .seconds(2))
            results.append(try await droplet.probe(probe))
        }
        return results
    }

    /// Requires that every route leads to a slot, by the running edge's word and by its answers.
    func requireServing(_ slot: Slot, _ when: String) async throws {
        let hosts = try await droplet.observe().edgeStatus.hosts
        let expected = Dictionary(uniqueKeysWithValues: environment.routes.map { ($0.host, slot) })
        try require(hosts, is: expected, "where the routes lead \(when)")
        for result in try await probe(.public) {
            try require(
                result.isSuccess && (result.slot == nil || result.slot == slot),
                "\(slot.rawValue) answers \(result.host) \(when): \(result)")
        }
    }
}
