import DeployKit
import DeployKitTesting

/// The contract's releases on a fake droplet.
struct FakeContractFixture: ContractFixture {
    let droplet: FakeDroplet

    init(_ name: String = "staging", on host: FakeHost = FakeHost(), migrations: MigrationPolicy? = nil) {
        let hosts = ["site.\(name).example.com", "api.\(name).example.com"]
        droplet = FakeDroplet(
            Environment(
                application: "contract", name: name, branch: name,
                routes: [Route(hosts[0], to: "site"), Route(hosts[1], to: "api")], migrations: migrations),
            on: host)
        host.loseImages(DropletContract.missingImage.digest)
    }

    var environment: Environment { droplet.environment }

    func release(_ version: String, behaving behaviour: ContractBehaviour) async throws -> Release {
        switch behaviour {
        case .healthy: break
        case .exits:
            for service in ["site", "api"] {
                droplet.setBehaviour(of: service, in: version, to: .exits(3, printing: ContractBehaviour.exitLine))
            }
        case .failsJob:
            droplet.setBehaviour(of: "setup", in: version, to: .fails(3, printing: ContractBehaviour.exitLine))
        }
        let services = [
            Service(name: "api", kind: .web, port: 8080, hasHealthCheck: true),
            Service(name: "mailer", kind: .worker),
            Service(name: "setup", kind: .job),
            Service(name: "site", kind: .web, port: 8080, replicas: 2, hasHealthCheck: true),
        ]
        guard let id = Release.ID(rawValue: version) else { throw ContractViolation("\(version) is no name") }
        let images = services.map { ($0.name, ImagePin.fake($0.name, version: "\(environment.name) \(version)")) }
        return Release(
            id: id, version: version, services: services, images: Dictionary(uniqueKeysWithValues: images),
            environmentDigests: [:], fingerprint: version, salt: "")
    }

    func bundle(
        of release: Release, references: [Digest: String], ports: PortBlock
    ) async throws -> ReleaseBundle {
        ReleaseBundle(
            release: release, projects: [.blue: "{}", .green: "{}"], environment: Secret("export KEY='value'\n"),
            attachments: [StoreAttachment(service: "postgres", network: "default", aliases: ["postgres"])],
            references: references)
    }

    func stores() async throws -> StoresBundle {
        StoresBundle(
            services: [Service(name: "postgres", kind: .store, hasHealthCheck: true)], project: "{}",
            environment: Secret(""), digests: ["postgres": "digest"], salt: "salt")
    }

    func inventory() async throws -> DropletInventory { droplet.inventory }

    func withDatabase() async throws -> (droplet: any Droplet, fixture: any ContractFixture) {
        let fixture = FakeContractFixture(
            on: droplet.host, migrations: MigrationPolicy(.sql, checkpoint: .beforePending))
        return (fixture.droplet, fixture)
    }

    func migration(_ version: Int, fails: Bool) async throws -> Migration {
        if fails { droplet.setBehaviour(ofMigration: version, to: .fails("it cannot be")) }
        return Migration(version: version, name: "change_\(version)", sql: "CREATE TABLE t\(version) (id int)")
    }

    func neighbour() async throws -> (droplet: any Droplet, fixture: any ContractFixture) {
        let fixture = FakeContractFixture("production", on: droplet.host)
        return (fixture.droplet, fixture)
    }
}
