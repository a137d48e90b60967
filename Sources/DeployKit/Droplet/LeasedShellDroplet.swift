/// A droplet whose lease is held: every command that changes something runs behind the fence.
struct LeasedShellDroplet: LeasedDroplet {
    /// The droplet, as anyone may read it.
    let droplet: ShellDroplet
    /// The way to it behind the fence.
    let fenced: FencedShell
    /// What was read, to spare other reads.
    let memory = DropletMemory()

    init(_ droplet: ShellDroplet, token: String) {
        self.droplet = droplet
        self.fenced = FencedShell(
            shell: droplet.shell, fence: Fence(directory: droplet.paths.directory, token: token))
    }

    var environment: Environment { droplet.environment }
    var directory: String { droplet.paths.directory }

    func observe() async throws -> DropletState {
        remember(try await droplet.observation())
    }

    /// Keeps what other effects need of an observation, and returns the state in it.
    func remember(_ observation: Observation) -> DropletState {
        memory.keep(EdgeSection(observation.sections["edge"]).reading)
        let state = observation.state(of: droplet.paths.scope)
        memory.keep(
            state.edge.map { edge in
                EdgeListeners(
                    block: PortBlock(first: edge.firstPort), hasCertificates: state.host.hasCertificates)
            })
        return state
    }

    func withLease<Result: Sendable>(
        as owner: LeaseOwner,
        waiting patience: Duration,
        onWait: @escaping @Sendable (LeaseOwner) async -> Void,
        _ body: @escaping @Sendable (any LeasedDroplet) async throws -> Result
    ) async throws -> Result {
        try await body(self)
    }

    func logs(of slot: Slot?, services: [String], lines: Int) async throws -> [ContainerLog] {
        try await droplet.logs(of: slot, services: services, lines: lines)
    }

    func fetch(_ images: [ImagePin]) async throws -> [Digest: String] {
        try await droplet.carrier.carry(images, through: fenced)
    }

    /// Runs a command that changes something.
    ///
    /// - Parameters:
    ///   - what: What it does, for the error: `writing release 1.2`.
    ///   - command: The command, which the fence goes around.
    /// - Returns: What it printed.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/droplet`` with the end of what it printed.
    @discardableResult
    func change(_ what: String, _ command: Command) async throws -> String {
        let result = try await attempt(what, command)
        guard result.isSuccess else { throw failure(of: what, result) }
        return result.output
    }

    /// Runs a command that changes something, and leaves it to the caller what its status means.
    func attempt(_ what: String, _ command: Command) async throws -> CommandResult {
        do {
            return try await fenced.run(command)
        } catch let error as ShellError where error.code == .deadline {
            throw DeployError(
                .droplet, "\(what) on \(error.machine) took longer than \(command.deadline.inWords)",
                evidence: Self.lines(error.evidence), next: "Run the same command again; doctor checks what it needs.")
        }
    }

    /// The error of a command that ended with a status that means nothing in particular.
    func failure(of what: String, _ result: CommandResult) -> DeployError {
        DeployError(
            .droplet, "\(what) on \(fenced.machine) failed with status \(result.status)",
            evidence: Self.lines(result.errorOutput),
            next: "Run the same command again; doctor checks what it needs.")
    }

    /// The last lines of an output, as evidence.
    static func lines(_ output: String) -> [String] {
        output.lastLines(20).split(whereSeparator: \.isNewline).map(String.init)
    }
}
