internal import ArgumentParser
internal import DeployKit

/// Which Compose project is deployed, and as which version.
struct ProjectOptions: ParsableArguments, Sendable {
    @Option(name: [.short, .customLong("file")], help: "A Compose file; several are merged, as Compose does.")
    var files: [String] = []

    @Option(help: "The folder of the Compose project; the current one by default.")
    var projectDirectory: String?

    @Option(name: .customLong("profile"), help: "A Compose profile to enable.")
    var profiles: [String] = []

    @Option(name: .customLong("env-file"), help: "A file with variables for the Compose file, as Compose's own option.")
    var environmentFiles: [String] = []

    @Option(name: .customLong("version"), help: "The release's version; the git commit by default.")
    var release: String?
}

/// What a person allows a release to do to the schema of the database.
struct SchemaOptions: ParsableArguments, Sendable {
    @Option(
        name: .customLong("allow-contract"),
        help: ArgumentHelp(
            "Run this migration although the release before may not bear it, or a big table is locked; again for each.",
            valueName: "version"))
    var allowedContracts: [Int] = []

    /// The versions that the options and `DEPLOYKIT_ALLOW_CONTRACT` name; a pipeline sets that where it has no options.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` when the variable names anything else.
    func allowed(_ variables: [String: String]) throws -> Set<Int> {
        let words = (variables["DEPLOYKIT_ALLOW_CONTRACT"] ?? "").split { $0 == "," || $0.isWhitespace }
        return try Set(allowedContracts).union(
            words.map { word in
                guard let version = Int(word) else {
                    throw DeployError(
                        .refused, "DEPLOYKIT_ALLOW_CONTRACT names \(word), which is no version of a migration",
                        next: "Set it to the numbers at the begin of the files' names, with commas between them.")
                }
                return version
            })
    }
}

/// In which form a command answers.
struct OutputOptions: ParsableArguments, Sendable {
    /// The forms.
    enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
        case text
        case json
    }

    @Option(name: [.short, .long], help: "text for people, json for programs.")
    var output: Format = .text
}

/// How a command waits for another one that holds the lease.
struct LeaseOptions: ParsableArguments, Sendable {
    @Option(help: "Wait at most this many seconds while another run holds the lease; 0 fails at once.")
    var wait: Int = 0

    /// How long to wait.
    var patience: Duration { .seconds(max(wait, 0)) }
}

/// How long a rollout may take, where a run says otherwise.
struct DeadlineOptions: ParsableArguments, Sendable {
    @Option(help: "Give a release up that is not healthy after this many seconds.")
    var deadline: Int?

    @Option(help: "Take everything back when the whole rollout takes longer than this many seconds.")
    var within: Int?

    func validate() throws {
        for (name, seconds) in [("deadline", deadline), ("within", within)] {
            if let seconds, seconds < 0 { throw ValidationError("--\(name) is a number of seconds, not \(seconds)") }
        }
    }

    /// The environment as this run wants it.
    func applied(to environment: Environment) -> Environment {
        var environment = environment
        if let deadline { environment.health.deadline = .seconds(deadline) }
        if let within { environment.deadline = .seconds(within) }
        return environment
    }
}

/// How long a deploy may take, and how long its release is watched, where a run says otherwise.
struct PaceOptions: ParsableArguments, Sendable {
    @OptionGroup var deadlines: DeadlineOptions

    @Option(help: "Watch the release for this many seconds once it serves; 0 does not.")
    var watch: Int?

    @Option(help: "Shares of the requests, in percent, that the release gets before all, as 1,10,50; 0 for none.")
    var canary: String?

    @Option(help: "How many seconds each share of --canary lasts.")
    var stage = 10

    @Flag(help: "Let a visitor stay where --canary first led them to, by a cookie.")
    var sticky = false

    @Flag(help: "Dump the database before pending migrations, also where the environment does not ask for it.")
    var checkpoint = false

    func validate() throws {
        if let canary, percents(canary) == nil {
            throw ValidationError("--canary is a list of percents below 100, as 1,10,50, not \(canary)")
        }
        for (name, seconds) in [("watch", watch), ("stage", stage)] {
            if let seconds, seconds < 0 { throw ValidationError("--\(name) is a number of seconds, not \(seconds)") }
        }
    }

    /// The environment as this run wants it.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` where there is no database to dump.
    func applied(to environment: Environment) throws(DeployError) -> Environment {
        var environment = deadlines.applied(to: environment)
        guard !checkpoint || environment.migrations != nil else {
            throw DeployError(
                .refused, "--checkpoint dumps the database of migrations, and \(environment.scope) has none",
                next: "Give the environment a MigrationPolicy, or leave --checkpoint out.")
        }
        if let watch { environment.watch.duration = .seconds(watch) }
        if checkpoint { environment.migrations?.checkpoint = .beforePending }
        if let percents = canary.flatMap(percents) {
            environment.canary =
                percents.isEmpty ? nil : CanaryPolicy(percents, each: .seconds(stage), isSticky: sticky)
        }
        return environment
    }

    /// The shares that a list names, without 0 and without 100, at which a canary ends; nil when it is no such list.
    private func percents(_ list: String) -> [Int]? {
        let words = list.split(separator: ",")
        let numbers = words.compactMap { Int($0) }.filter { (0...100).contains($0) }
        return numbers.count == words.count && !words.isEmpty ? numbers.filter { (1...99).contains($0) } : nil
    }
}
