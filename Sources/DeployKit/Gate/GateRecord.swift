/// What became of the gates of a commit, as one job hands it to another.
public struct GateRecord: Sendable, Hashable, Codable {
    /// How one gate ended.
    public struct Entry: Sendable, Hashable, Codable {
        /// The gate's name.
        public var name: String
        /// What it looks after.
        public var kind: Gate.Kind
        /// How it ended.
        public var outcome: GateResult.Outcome
        /// How long it took, in milliseconds.
        public var milliseconds: Int
        /// How many findings it had, of any severity.
        public var findings: Int
    }

    /// The application.
    public var application: String
    /// The environment whose gates they are.
    public var environment: String
    /// The commit's full hash.
    public var commit: String
    /// The hash of its files.
    public var tree: String
    /// Whether all gates of the environment ran; false where a person named some.
    public var isWhole: Bool
    /// How each gate ended.
    public var results: [Entry]
    /// The contract migrations that were allowed by name.
    public var allowedContracts: [Int]
    /// When they ended, in seconds since 1970.
    public var endedAt: Int
    /// The page of the run; empty outside of GitHub Actions.
    public var runURL: String
    /// Who ran them.
    public var actor: String

    /// The media type of the document.
    public static let type = "application/vnd.deploykit.gates+json"

    /// Makes a record of results.
    public init(
        of results: [GateResult], environment: Environment, source: SourceTree, isWhole: Bool,
        allowedContracts: Set<Int> = [], endedAt: Int, runURL: String = "", actor: String
    ) {
        application = environment.application
        self.environment = environment.name
        commit = source.commit
        tree = source.tree
        self.isWhole = isWhole
        self.results = results.map {
            Entry(
                name: $0.name, kind: $0.kind, outcome: $0.outcome, milliseconds: $0.milliseconds,
                findings: $0.findings.count)
        }
        self.allowedContracts = allowedContracts.sorted()
        self.endedAt = endedAt
        self.runURL = runURL
        self.actor = actor
    }

    /// Why an environment does not take a source tree on the word of this record; empty where it does.
    ///
    /// The tree has to be the same, not the commit: a merge that changes no file needs no new run.
    public func problems(for environment: Environment, source: SourceTree) -> [String] {
        var problems: [String] = []
        if application != environment.application {
            problems.append("it is of the application \(application), not of \(environment.application)")
        }
        if self.environment != environment.name {
            problems.append("it is of the environment \(self.environment), not of \(environment.name)")
        }
        if tree != source.tree {
            problems.append(
                "it is of another tree: of commit \(commit.prefix(12)), and \(source.commit.prefix(12)) is checked out")
        }
        if !isWhole { problems.append("it is of a part of the gates (--only)") }
        problems += environment.gates.gates.filter { gate in
            gate.isNeeded(by: environment) && !results.contains { $0.name == gate.name }
        }.map { "the gate \($0.name) is not in it" }
        return problems + failures(for: environment)
    }

    /// The gates that did not pass, each in a sentence: one that an environment needs and was skipped is among them.
    private func failures(for environment: Environment) -> [String] {
        environment.gates.gates.compactMap { gate in
            switch results.first(where: { $0.name == gate.name })?.outcome {
            case .skipped? where gate.isNeeded(by: environment): "the gate \(gate.name) was skipped"
            case let outcome? where outcome.isFailure: "the gate \(gate.name) \(outcome.words)"
            default: nil
            }
        }
    }

    /// Whether it says of just this source tree that it did not pass an environment's gates.
    func condemns(_ source: SourceTree, for environment: Environment) -> Bool {
        application == environment.application && self.environment == environment.name && tree == source.tree
            && !failures(for: environment).isEmpty
    }
}
