internal import DeployKit

/// What a command works with: the environment it is for, the world it may touch, and where its words go.
///
/// Tests put fakes here; nothing in a command reaches around it.
struct CommandContext: Sendable {
    /// The environment that this executable deploys to.
    var environment: Environment
    /// The name of the executable; empty where nobody started one.
    var program = ""
    /// The environment variables of the process.
    var variables: [String: String]
    /// Whether standard output is a terminal that a person watches.
    var isTerminal: Bool
    /// Writes to standard output.
    var write: @Sendable (String) -> Void
    /// Writes to standard error.
    var writeError: @Sendable (String) -> Void
    /// Opens the droplet for the length of a command.
    var droplet: any DropletAccess
    /// Reads the Compose project and finds its images.
    var candidates: any CandidateSource
    /// Checks the machine that the command runs on.
    var runnerFindings: @Sendable (Environment) async -> [Finding]
    /// Runs programs on this machine: git, Docker, and those of the gates.
    var shell: any Shell = LocalShell()
    /// Asks GitHub; nil asks nobody.
    var transport: (any HTTPTransport)?
    /// What is taken out of all that leaves.
    var secrets = KnownSecrets()
    /// Who is told of each rollout.
    var notifiers: [any Notifier] = []
    /// Watches the rollout of the command that runs, beside what shows it.
    var watchers: [any RolloutObserver] = []

    /// What is told to GitHub Actions beside the words; nil anywhere else.
    var workflow: WorkflowRun?
    /// Writes lines that have secrets, to GitHub's runner alone; nil where it may not be the one who reads them.
    var maskWriter: (@Sendable (String) -> Void)?
    /// What a build handed on to be deployed; nil where the images are those that are found here.
    var release: ReleaseManifest?

    /// The context of the command that runs.
    @TaskLocal static var current: CommandContext?

    /// The context, which is there whenever a command runs.
    static var active: CommandContext {
        get throws {
            guard let current else {
                throw DeployError(
                    .refused, "a command was run outside of its adapter", next: "Call Adapter.main in the executable.")
            }
            return current
        }
    }
}

/// Opens a droplet: over SSH, or a fake one in tests.
protocol DropletAccess: Sendable {
    /// Connects, hands the droplet to `body`, and disconnects.
    func withDroplet<Result: Sendable>(
        _ context: CommandContext,
        _ body: @escaping @Sendable (any Droplet) async throws -> Result
    ) async throws -> Result
}

/// Makes the candidate of a deploy from the Compose project: for real, or as a test says.
protocol CandidateSource: Sendable {
    /// Reads the project and pins its images.
    func candidate(_ project: ProjectOptions, context: CommandContext) async throws -> ReleaseCandidate
}
