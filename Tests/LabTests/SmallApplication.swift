import DeployKit

/// An application of three web services, a job and two stores, for tests of the droplet itself.
///
/// Its image is made of the base image that every droplet of the lab has, and is another one.
struct SmallApplication: Sendable {
    static let image = "deploykit-test/small:1"
    static let environment = Environment(
        application: "small", name: "lab", branch: "main",
        routes: ["site", "saas", "api"].map { Route("\($0).small.test", to: $0) })
    static let web = ["api", "saas", "site"]
    static let digest = Digest("sha256:" + String(repeating: "a", count: 64))

    /// The release's name.
    var name = "r1"
    /// What its job runs; no job when nil.
    var job: String?

    var id: Release.ID {
        get throws {
            guard let id = Release.ID(rawValue: name) else { throw DeployError(.refused, "\(name) is no name") }
            return id
        }
    }

    /// All services that start in a slot.
    var services: [String] { Self.web + (job == nil ? [] : ["migrate"]) }

    /// Answers every request with the value of a secret, as HTTP/1.0.
    private static let server = """
        $s = IO::Socket::INET->new(LocalPort => 8080, Listen => 50, ReuseAddr => 1) or die;
        while ($c = $s->accept) {
            while (<$c>) { last if /^\\r/ }
            print $c "HTTP/1.0 200 OK\\r\\n\\r\\n$ENV{NAME} $ENV{TOKEN}\\n";
            close $c;
        }
        """

    func project(_ slot: Slot) -> String {
        let labels =
            #""labels":{"deploykit.scope":"small-lab","deploykit.slot":"\#(slot.rawValue)","#
            + #""deploykit.release":"\#(name)"}"#
        let dependency = #""depends_on":{"migrate":{"condition":"service_completed_successfully"}},"#
        let check = #"exit !IO::Socket::INET->new(PeerAddr => '127.0.0.1:8080')"#
        var services = Self.web.enumerated().map { number, service in
            let port = (slot == .blue ? 20000 : 20240) + number
            return #""\#(service)":{"image":"\#(Self.image)","init":true,\#(job == nil ? "" : dependency)\#(labels),"#
                + #""command":["perl","-MIO::Socket::INET","-e",\#(Self.text(Self.server))],"restart":"unless-stopped","#
                + #""environment":{"NAME":"\#(service)","TOKEN":"${DK_token}"},"#
                + #""healthcheck":{"test":["CMD","perl","-MIO::Socket::INET","-e","\#(check)"],"interval":"5s","#
                + #""start_period":"60s","start_interval":"250ms"},"#
                + #""ports":[{"target":8080,"published":"\#(port)","host_ip":"127.0.0.1"}]}"#
        }
        if let job {
            services.append(
                #""migrate":{"image":"\#(Self.image)","command":["sh","-c",\#(Self.text(job))],\#(labels),"#
                    + #""restart":"no","volumes":[{"type":"volume","source":"shared","target":"/shared"}]}"#)
        }
        return #"{"name":"small-lab-\#(slot.rawValue)","services":{\#(services.joined(separator: ","))},"#
            + #""volumes":{"shared":{"name":"small-lab_shared","external":true}}}"#
    }

    func bundle() throws -> ReleaseBundle {
        var services = Self.web.map { Service(name: $0, kind: .web, port: 8080) }
        if job != nil { services.append(Service(name: "migrate", kind: .job)) }
        let pins = Self.digest.map { ["api": ImagePin(name: "small", digest: $0)] } ?? [:]
        return ReleaseBundle(
            release: Release(
                id: try id, version: name, services: services, images: pins, environmentDigests: [:],
                fingerprint: name, salt: "s"),
            projects: [.blue: project(.blue), .green: project(.green)],
            environment: Secret("export DK_token='s3cr3t'\n"),
            attachments: Self.attachments,
            volumes: [["docker", "volume", "create", "small-lab_shared"]],
            references: Self.digest.map { [$0: Self.image] } ?? [:])
    }

    private static let attachments = ["postgres", "redis"].map {
        StoreAttachment(service: $0, network: "default", aliases: ["\($0)-alias"])
    }

    static func stores() -> StoresBundle {
        let store =
            #"{"image":"\#(image)","init":true,"command":["sleep","9999"],"labels":{"deploykit.scope":"small-lab"}}"#
        return StoresBundle(
            services: ["postgres", "redis"].map { Service(name: $0, kind: .store) },
            project: #"{"name":"small-lab","services":{"postgres":\#(store),"redis":\#(store)}}"#,
            environment: Secret(""),
            attachments: attachments,
            digests: ["postgres": "p1", "redis": "r1"],
            salt: "salt")
    }

    /// What the edge is told of it.
    static func edge(serving: Slot? = nil, standby: Bool = false) -> EdgeEnvironment {
        func services(_ first: Int) -> [EdgeService] {
            web.enumerated().map { EdgeService(name: $1, healthPath: "/", ports: [first + $0]) }
        }
        return EdgeEnvironment(
            scope: environment.scope, routes: environment.routes, firstPort: 20000,
            slots: [.blue: services(20000), .green: services(20240)], serving: serving, standbyIsArmed: standby)
    }

    /// A text in JSON, with the dollars that Compose would take for its own.
    private static func text(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: " ").replacing("$", with: "$$")
        return "\"\(escaped)\""
    }
}

/// Carries nothing: the images of ``SmallApplication`` are on every droplet.
struct NothingToCarry: ImageCarrier {
    func carry(_ images: [ImagePin], through fenced: any Shell) async throws -> [Digest: String] { [:] }
}

extension LabDroplet {
    /// Hands the droplet of ``SmallApplication`` to a test, over real SSH, with nothing of it there yet.
    static func withSmallApplication(
        _ name: String = "shell-droplet",
        _ body: @escaping @Sendable (ShellDroplet, SSHShell) async throws -> Void
    ) async throws {
        try await with(name) { lab in
            try await lab.root(
                """
                docker create --name small debian:trixie-slim >/dev/null
                docker commit small \(SmallApplication.image) >/dev/null
                docker rm small >/dev/null
                """)
            try await SSHShell.withConnection(SSHSettings(RuntimeSettings(from: lab.settings))) { shell in
                try await body(droplet(over: shell), shell)
            }
        }
    }

    /// The droplet of ``SmallApplication`` over a connection.
    static func droplet(over shell: SSHShell) -> ShellDroplet {
        ShellDroplet(
            shell: shell, environment: SmallApplication.environment, carrier: NothingToCarry(),
            transport: CurlTransport())
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
