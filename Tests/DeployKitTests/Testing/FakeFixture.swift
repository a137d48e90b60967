import DeployKit
import DeployKitTesting

/// What the tests of the fake droplet share: an environment with two hosts, and what runs there.
enum FakeFixture {
    static let site = "qa.example.com"
    static let api = "api.qa.example.com"

    static func environment(_ name: String = "staging") -> Environment {
        let prefix = name == "staging" ? "" : "\(name)."
        return Environment(
            application: "bankflow", name: name, branch: name,
            routes: [Route("\(prefix)\(site)", to: "site"), Route("\(prefix)\(api)", to: "api")],
            health: HealthPolicy(deadline: .seconds(10)))
    }

    static let services = [
        Service(name: "api", kind: .web, port: 8080, hasHealthCheck: true),
        Service(name: "mailer", kind: .worker),
        Service(name: "migrate", kind: .job),
        Service(name: "postgres", kind: .store, hasHealthCheck: true),
        Service(name: "site", kind: .web, port: 8080, hasHealthCheck: true),
    ]

    static func droplet(on host: FakeHost = FakeHost()) -> FakeDroplet { FakeDroplet(environment(), on: host) }

    static let owner = LeaseOwner(actor: "ada", action: "deploy v1")
}

extension FakeDroplet {
    /// Deploys a release with a worker, a job and a store beside its two web services.
    @discardableResult
    func deployAll(_ version: String) async throws -> RolloutReport {
        try await deploy(version, services: FakeFixture.services)
    }
}
