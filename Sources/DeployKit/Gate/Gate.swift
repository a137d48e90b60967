/// Something that a commit has to pass before it is deployed: a check of its quality or of its security.
public struct Gate: Sendable, Hashable, Codable {
    /// What a gate looks after.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// Whether the code is right, and reads well.
        case quality
        /// Whether it is safe to run.
        case security
    }

    /// What a gate runs.
    public enum Runner: Sendable, Hashable, Codable {
        /// A program of this machine: an argument vector.
        case command([String])
        /// Reads the Compose project and splits it, as a deploy does.
        case compose
        /// Classes the migrations that changed.
        case migrations
        /// Looks for secrets, with gitleaks or detect-secrets.
        case secrets
        /// Looks for known vulnerabilities in the project's images, with trivy or grype.
        case images
    }

    /// A program that a gate needs.
    public struct Tool: Sendable, Hashable, Codable {
        /// What it is called.
        public var name: String
        /// The command that ends with status 0 where it is installed.
        public var probe: [String]
        /// The command that installs it.
        public var install: String

        /// Makes a tool; its probe is `NAME --version` where nothing else is said.
        public init(_ name: String, probe: [String] = [], install: String) {
            self.name = name
            self.probe = probe.isEmpty ? [name, "--version"] : probe
            self.install = install
        }
    }

    /// What it is called in options and records: lower-case letters, digits and hyphens.
    public var name: String
    /// What it is called in reports.
    public var title: String
    /// What it looks after.
    public var kind: Kind
    /// What it runs, in the folder of the Compose project.
    public var runner: Runner
    /// How what it prints is read; what DeployKit runs itself needs none.
    public var reader: GateReader
    /// The program that a command needs; nil for one that is everywhere.
    public var tool: Tool?
    /// How long it may take; 10 min by default.
    public var timeLimit: Duration
    /// The environments that need it; nil for all of them.
    ///
    /// Production needs what looks after security in any case. Elsewhere it runs, too, and has to pass; only where its
    /// tool is missing it is left out, and that is said.
    public var neededBy: [String]?
    /// Whether no environment needs it, not even production one that looks after security.
    public var isOptional: Bool
    /// The Compose services, as `postgres`, that run beside it, and are thrown away afterwards.
    ///
    /// The variables of the Compose file whose addresses name one of them are set for the command, with the address
    /// that it has on this machine.
    public var services: [String]
    /// The file that a finding without a place is shown at, relative to the project's folder.
    public var anchor: String

    /// Makes a gate.
    public init(
        _ name: String,
        title: String,
        kind: Kind = .quality,
        runs runner: Runner,
        reader: GateReader = .exitStatus,
        tool: Tool? = nil,
        timeLimit: Duration = .seconds(600),
        neededBy: [String]? = nil,
        isOptional: Bool = false,
        services: [String] = [],
        anchor: String = "compose.yaml"
    ) {
        self.name = name
        self.title = title
        self.kind = kind
        self.runner = runner
        self.reader = reader
        self.tool = tool
        self.timeLimit = timeLimit
        self.neededBy = neededBy
        self.isOptional = isOptional
        self.services = services
        self.anchor = anchor
    }

    /// Whether an environment takes no commit that has not passed it.
    public func isNeeded(by environment: Environment) -> Bool {
        if isOptional { return false }
        if kind == .security, environment.isProduction { return true }
        return neededBy?.contains(environment.name) ?? true
    }
}

/// What is asked of a commit before an environment takes it.
public struct GatePolicy: Sendable, Hashable, Codable {
    /// The gates; none by default.
    public var gates: [Gate]
    /// Whether a deploy refuses a commit of which nobody vouches that it passed them; by default it does not, but for
    /// production's gates of security.
    public var isRequired: Bool
    /// The name of the GitHub check, a job's, that stands for the gates of a commit.
    public var check: String

    /// Makes a policy.
    public init(_ gates: [Gate] = [], isRequired: Bool = false, check: String = "Gates") {
        self.gates = gates
        self.isRequired = isRequired
        self.check = check
    }
}

extension Environment {
    /// Whether a deploy refuses a commit of which nobody vouches that it passed the gates.
    public var requiresGates: Bool {
        gates.isRequired
            || isProduction && gates.gates.contains { $0.kind == .security && $0.isNeeded(by: self) }
    }
}
