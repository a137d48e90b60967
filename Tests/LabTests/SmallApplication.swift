import DeployKit
import DeployKitTesting

/// An application of two web services, a worker, a job and a store on a droplet of the lab, for tests of the droplet
/// itself.
///
/// Its images are made on the droplet, of the base image that every droplet of the lab has.
struct SmallApplication: ContractFixture {
    let environment: Environment
    /// The way to the droplet.
    let shell: SSHShell
    /// The file with the lab's certificate authority.
    let certificateAuthorities: String?
    /// Whether its store is a real PostgreSQL.
    private var hasDatabase: Bool { environment.migrations != nil }

    /// Makes the application; its hosts are those that the lab's certificate names.
    init(_ name: String = "staging", hosts: String = "qa.conciliaextrato.com", lab: LabDroplet, shell: SSHShell) {
        self.init(
            environment: Environment(
                application: "small", name: name, branch: "main",
                routes: [Route(hosts, to: "site"), Route("api.\(hosts)", to: "api")]),
            shell: shell, certificateAuthorities: lab.settings["DEPLOYKIT_CA_FILE"])
    }

    private init(environment: Environment, shell: SSHShell, certificateAuthorities: String?) {
        self.environment = environment
        self.shell = shell
        self.certificateAuthorities = certificateAuthorities
    }

    /// The droplet that the environment is on.
    var droplet: ShellDroplet {
        ShellDroplet(
            shell: shell, environment: environment, carrier: NothingToCarry(), transport: CurlTransport(),
            certificateAuthorities: certificateAuthorities)
    }

    func withDatabase() async throws -> (droplet: any Droplet, fixture: any ContractFixture) {
        let other = withDatabase(MigrationPolicy(.sql, lockTimeout: .seconds(1), checkpoint: .beforePending))
        return (other.droplet, other)
    }

    /// The same application, whose store is a real PostgreSQL.
    func withDatabase(_ policy: MigrationPolicy) -> SmallApplication {
        var environment = environment
        environment.migrations = policy
        return SmallApplication(
            environment: environment, shell: shell, certificateAuthorities: certificateAuthorities)
    }

    func migration(_ version: Int, fails: Bool) async throws -> Migration {
        let sql = fails ? "SELECT 1;\nINSERT INTO nowhere VALUES (1);\n" : "CREATE TABLE t\(version) (id int);\n"
        return Migration(version: version, name: "change_\(version)", sql: sql)
    }

    func neighbour() async throws -> (droplet: any Droplet, fixture: any ContractFixture) {
        let environment = Environment(
            application: "small", name: "production", branch: "main",
            routes: [Route("conciliaextrato.com", to: "site"), Route("api.conciliaextrato.com", to: "api")])
        let other = SmallApplication(
            environment: environment, shell: shell, certificateAuthorities: certificateAuthorities)
        return (other.droplet, other)
    }

    func release(_ version: String, behaving behaviour: ContractBehaviour = .healthy) async throws -> Release {
        let tag = "deploykit-test/\(environment.scope):\(version)"
        let digest = try await shell.output(
            of: .script(
                """
                if ! docker image inspect "$1" >/dev/null 2>&1; then
                    container=$(docker create debian:trixie-slim true)
                    docker commit --change "LABEL test=$1" "$container" "$1" >/dev/null
                    docker rm "$container" >/dev/null
                fi
                docker image inspect --format '{{.Id}}' "$1"
                """, [tag]))
        guard let digest = Digest(digest.filter { !$0.isNewline }), let id = Release.ID(rawValue: version) else {
            throw DeployError(.refused, "\(version) cannot be made")
        }
        let services = [
            Service(name: "api", kind: .web, port: 8080, hasHealthCheck: true),
            Service(name: "migrate", kind: .job),
            Service(name: "site", kind: .web, port: 8080, hasHealthCheck: true),
            Service(name: "worker", kind: .worker),
        ]
        let pin = ImagePin(name: tag, digest: digest)
        return Release(
            id: id, version: "\(version) \(behaviour)", services: services,
            images: Dictionary(uniqueKeysWithValues: services.map { ($0.name, pin) }),
            environmentDigests: [:], fingerprint: version, salt: "s")
    }

    func bundle(
        of release: Release, references: [Digest: String], ports: PortBlock
    ) async throws -> ReleaseBundle {
        ReleaseBundle(
            release: release,
            projects: Dictionary(
                uniqueKeysWithValues: Slot.allCases.map { slot in
                    (slot, SmallProject(release, slot, environment.scope, references, ports).text)
                }),
            environment: Secret("export DK_token='s3cr3t'\n"),
            attachments: [StoreAttachment(service: "postgres", network: "default", aliases: ["database"])],
            volumes: [["docker", "volume", "create", "--label", "deploykit.scope=\(environment.scope)", volume]],
            references: references.filter { digest, _ in release.images.values.contains { $0.digest == digest } })
    }

    /// The volume that its releases and its store share.
    var volume: String { "\(environment.scope)_shared" }

    func stores() async throws -> StoresBundle {
        let store =
            hasDatabase
            ? #"{"image":"postgres:17","labels":{"deploykit.scope":"\#(environment.scope)"},"#
                + #""environment":{"POSTGRES_USER":"small","POSTGRES_DB":"it's small","POSTGRES_PASSWORD":"p"},"#
                + #""healthcheck":{"test":["CMD","psql","-U","small","-c","SELECT 1","it's small"],"#
                + #""interval":"1s","retries":30},"#
                + #""volumes":[{"type":"volume","source":"shared","target":"/shared"}]}"#
            : #"{"image":"debian:trixie-slim","init":true,"command":["sleep","infinity"],"#
                + #""labels":{"deploykit.scope":"\#(environment.scope)"},"#
                + #""volumes":[{"type":"volume","source":"shared","target":"/shared"}]}"#
        return StoresBundle(
            services: [Service(name: "postgres", kind: .store)],
            project: #"{"name":"\#(environment.scope)","services":{"postgres":\#(store)},"#
                + #""volumes":{"shared":{"name":"\#(volume)","labels":{"deploykit.scope":"\#(environment.scope)"}}}}"#,
            environment: Secret(""),
            attachments: [StoreAttachment(service: "postgres", network: "default", aliases: ["database"])],
            digests: ["postgres": "p1"],
            salt: "salt")
    }

    func inventory() async throws -> DropletInventory {
        let scope = environment.scope
        func rows(_ script: String) async throws -> [(String, String)] {
            try await shell.output(of: .script(script, [scope])).split(separator: "\n").map { line in
                let words = line.split(separator: " ").map(String.init)
                return (words[0], words[1])
            }
        }
        let containers = try await rows(
            #"docker ps -a --no-trunc --filter "label=deploykit.scope=$1" --format '{{.Names}} {{.ID}}'"#)
        let volumes = try await rows(
            #"for v in $(docker volume ls -q --filter "label=deploykit.scope=$1"); do docker volume inspect "#
                + #"--format '{{.Name}} {{.CreatedAt}}' "$v"; done"#)
        let networks = try await rows(
            #"docker network ls --filter "name=^$1-(blue|green)_" --format '{{.Name}} {{.ID}}'"#)
        let isStore = { (name: String) in name.hasPrefix("\(scope)-postgres-") }
        return DropletInventory(
            containers: Dictionary(uniqueKeysWithValues: containers.filter { !isStore($0.0) }),
            stores: Dictionary(uniqueKeysWithValues: containers.filter { isStore($0.0) }),
            volumes: Dictionary(uniqueKeysWithValues: volumes),
            networks: Set(networks.map(\.0)))
    }
}

/// The images of ``SmallApplication`` are made on the droplet: one that is not there does not exist.
struct NothingToCarry: ImageCarrier {
    func carry(_ images: [ImagePin], through fenced: any Shell) async throws -> [Digest: String] {
        var references: [Digest: String] = [:]
        for image in images {
            let found = try await fenced.run(Command(["docker", "image", "inspect", "\(image.digest)"]))
            guard found.isSuccess else { throw DeployError(.image, "there is no image \(image.name)") }
            references[image.digest] = "\(image.digest)"
        }
        return references
    }
}

extension LabDroplet {
    /// Hands ``SmallApplication`` to a test, with nothing of it on the droplet yet, over real SSH.
    static func withSmallApplication(
        _ name: String = "shell-droplet",
        _ body: @escaping @Sendable (SmallApplication) async throws -> Void
    ) async throws {
        try await with(name) { lab in
            try await SSHShell.withConnection(SSHSettings(RuntimeSettings(from: lab.settings))) { shell in
                try await body(SmallApplication(lab: lab, shell: shell))
            }
        }
    }
}

extension Droplet {
    /// Takes the lease for a test.
    func leased<Result: Sendable>(
        by actor: String = "a test", waiting patience: Duration = .zero,
        _ body: @escaping @Sendable (any LeasedDroplet) async throws -> Result
    ) async throws -> Result {
        try await withLease(as: LeaseOwner(actor: actor, action: "try"), waiting: patience, body)
    }
}
