package import DeployKit

extension Rehearsal {
    /// A deploy of version 2 while version 1 serves, on a droplet that is made up: needs no droplet and no Docker.
    ///
    /// - Parameter environment: Where it would be deployed to.
    /// - Returns: The rehearsal.
    /// - Throws: ``DeployError``, when version 1 does not come up.
    package static func demo(_ environment: Environment) async throws -> Rehearsal {
        var environment = environment
        environment.audit = AuditPolicy()
        let droplet = FakeDroplet(environment)
        let migration = Migration(version: 1, name: "accounts", sql: "CREATE TABLE accounts (id bigint PRIMARY KEY);")
        let services = environment.demoServices
        try await droplet.deploy("v1", services: services, migrations: environment.migrations.map { _ in [migration] })
        var next = ReleaseCandidate.fake("v2", services: services)
        next.migrations = environment.migrations.map { _ in
            [migration, Migration(version: 2, name: "add_note", sql: "ALTER TABLE accounts ADD COLUMN note text;")]
        }
        return Rehearsal(of: next, on: try await droplet.observe(), environment: environment)
    }
}

extension Environment {
    /// The services that the routes lead to, a worker, and the stores of a usual application.
    fileprivate var demoServices: [Service] {
        let web = Set(routes.map(\.service)).sorted().map { name in
            Service(name: name, kind: .web, port: 8080, healthPath: health.path, hasHealthCheck: true)
        }
        return web + [
            Service(name: "postgres", kind: .store, hasHealthCheck: true),
            Service(name: "redis", kind: .store, hasHealthCheck: true),
            Service(name: "worker", kind: .worker),
        ]
    }
}
