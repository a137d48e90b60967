import DeployKit

/// Values that the tests of planning and rollout share; each test changes what it is about.
enum Fixture {
    static let environment = Environment(
        application: "bankflow", name: "staging", branch: "staging",
        routes: [Route("qa.example.com", to: "site"), Route("api.qa.example.com", to: "api")])

    static let services = [
        Service(name: "api", kind: .web, port: 8080, hasHealthCheck: true),
        Service(name: "mailer", kind: .worker),
        Service(name: "site", kind: .web, port: 8080),
    ]

    static let store = Service(name: "postgres", kind: .store)

    static func digest(_ digit: Character) -> Digest {
        Digest(hexadecimal: String(repeating: digit, count: 64))
    }

    static func images(_ digit: Character) -> [String: ImagePin] {
        Dictionary(
            uniqueKeysWithValues: services.map { service in
                (service.name, ImagePin(name: "bankflow-\(service.name)", digest: digest(digit)))
            })
    }

    static func candidate(
        _ version: String, digit: Character, services: [Service] = services, values: [String: Secret] = [:]
    ) -> ReleaseCandidate {
        ReleaseCandidate(
            version: version, services: services + [store],
            images: images(digit).filter { name, _ in services.contains { $0.name == name } },
            environmentValues: values,
            bundle: { release, references, _ in
                ReleaseBundle(release: release, projects: [:], environment: Secret(""), references: references)
            },
            stores: { digests, salt in
                StoresBundle(services: [store], project: "{}", environment: Secret(""), digests: digests, salt: salt)
            })
    }

    static func host(memory: Int = 1 << 30, disk: Int = 10 << 30) -> HostFacts {
        HostFacts(
            docker: "26.1.5", compose: "2.26.1", haproxy: "3.0.11", memoryAvailable: memory, memoryTotal: 2 << 30,
            diskFree: disk, diskTotal: 20 << 30)
    }

    /// A droplet on which releases run as `slots` says, and the first of them serves.
    static func state(
        serving: Slot?, slots: [Slot: Release], standbyIsArmed: Bool = true, down: Set<Slot> = [],
        stoppedWorkers: Set<Slot> = []
    ) -> DropletState {
        var state = DropletState(host: host())
        state.stores = [
            ContainerStatus(name: "postgres-1", service: "postgres", slot: nil, release: nil, state: .running)
        ]
        state.releases = slots.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
        state.containers = slots.flatMap { slot, release in
            release.services.map { service in
                let isStopped = service.kind == .worker && stoppedWorkers.contains(slot)
                return ContainerStatus(
                    name: "\(slot.rawValue)-\(service.name)-1", service: service.name, slot: slot, release: release.id,
                    state: isStopped ? .exited : .running, memory: 50 << 20)
            }
        }
        state.images = Dictionary(
            slots.values.flatMap(\.images.values).map { ($0.digest, "\($0.digest)") },
            uniquingKeysWith: { first, _ in first })
        if let serving {
            state.edge = EdgeEnvironment(
                scope: environment.scope, routes: environment.routes, firstPort: 20000, serving: serving,
                standbyIsArmed: standbyIsArmed)
            state.edgeStatus.hosts = Dictionary(uniqueKeysWithValues: environment.routes.map { ($0.host, serving) })
            state.records = [serving.other, serving].compactMap { slots[$0] }.map { release in
                RolloutRecord(
                    action: .deploy, release: release.id, before: nil, result: .succeeded, actor: "a", milliseconds: 1)
            }
        }
        state.edgeStatus.servers = slots.flatMap { slot, release in
            release.webServices.map { service in
                EdgeServer(service: service.name, backendSlot: slot, slot: slot, isUp: !down.contains(slot))
            }
        }
        return state
    }

    /// A candidate as the release that a droplet would have of it.
    static func release(_ version: String, digit: Character, values: [String: Secret] = [:]) throws -> Release {
        try Planner(environment: environment, state: DropletState(host: host()))
            .deploy(candidate(version, digit: digit, values: values), salt: "salt").release
    }
}
