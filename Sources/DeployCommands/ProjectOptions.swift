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
