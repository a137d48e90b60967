/// A droplet that is reached through a shell: the real one.
///
/// Reading needs no lease. What changes something goes through the ``LeasedDroplet`` that
/// ``withLease(as:waiting:_:)`` hands out, each command behind the lease's fence.
public struct ShellDroplet: Droplet {
    /// The way to the droplet.
    let shell: any ForwardingShell
    /// The environment that it stands for.
    let environment: Environment
    /// Brings the images.
    let carrier: any ImageCarrier
    /// Sends the probes.
    let transport: any HTTPTransport
    /// A file with the certificate authorities that probes trust; nil for those of this machine.
    let certificateAuthorities: String?
    /// Where the environment's files are.
    let paths: DropletPaths

    /// Makes a droplet.
    ///
    /// - Parameters:
    ///   - shell: The way to it: an ``SSHShell``.
    ///   - environment: The environment that it stands for.
    ///   - carrier: Brings the images.
    ///   - transport: Sends the probes, through the shell to the edge on the droplet's loopback.
    ///   - certificateAuthorities: A file with the only certificate authorities that probes trust, such as that of
    ///     Cloudflare's origin certificates; nil trusts this machine's.
    public init(
        shell: any ForwardingShell,
        environment: Environment,
        carrier: any ImageCarrier,
        transport: any HTTPTransport,
        certificateAuthorities: String? = nil
    ) {
        self.shell = shell
        self.environment = environment
        self.carrier = carrier
        self.transport = transport
        self.certificateAuthorities = certificateAuthorities
        self.paths = DropletPaths(scope: environment.scope)
    }

    /// The environment's directory on the droplet.
    public static func directory(of environment: Environment) -> String {
        DropletPaths(scope: environment.scope).directory
    }

    /// Reads all that a plan follows from, in one round trip.
    ///
    /// - Throws: ``ShellError`` when the droplet cannot be reached. What is missing or broken on it is a fact in the
    ///   result, not an error.
    public func observe() async throws -> DropletState {
        try await observation().state(of: paths.scope)
    }

    /// What the droplet printed of itself.
    func observation() async throws -> Observation {
        let boundary = Sections.makeBoundary()
        let command = DropletScript.observe.command(
            [boundary, paths.root, paths.scope] + schemaQuestion + HAProxyEdge.read.arguments, deadline: .seconds(30))
        return Observation(try await shell.output(of: command), boundary: boundary)
    }

    /// What the store is asked that the environment's migrations are about.
    var schemaQuestion: [String] {
        guard let policy = environment.migrations else { return ["", "", ""] }
        return [policy.store, DropletScript.psql.text, SchemaReading.question(policy)]
    }

    /// The last lines that the containers of a slot printed; of the stores without a slot.
    public func logs(of slot: Slot?, services: [String], lines: Int) async throws -> [ContainerLog] {
        let boundary = Sections.makeBoundary()
        let project = slot.map(environment.project(of:)) ?? environment.storesProject
        let output = try await shell.output(
            of: DropletScript.logs.command([boundary, String(lines), project] + services))
        return Sections(output, boundary: boundary).parts.map { part in
            let words = part.name.split(separator: " ", maxSplits: 1).map(String.init)
            return ContainerLog(container: words.first ?? "", service: words.last ?? "", text: part.text)
        }
    }
}
