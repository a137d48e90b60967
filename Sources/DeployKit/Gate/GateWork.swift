internal import FoundationEssentials

/// What a person asks of a run of gates.
public struct GateOptions: Sendable, Hashable {
    /// How many gates run at once at the most; by default as many as the machine has processors.
    public var jobs: Int
    /// The contract migrations that are wanted, by their versions.
    public var allowedContracts: Set<Int> = []
    /// The commit with which migrations are compared; nil for the one before.
    public var base: String?
    /// The images that gates of images look at, which have to be on this machine; nil for those of the project.
    public var images: [String]?

    /// Makes options.
    public init(jobs: Int? = nil) {
        self.jobs = max(jobs ?? ProcessInfo.processInfo.activeProcessorCount, 1)
    }
}

/// One gate at work: where it runs, and how it runs programs.
struct GateWork: Sendable {
    let gate: Gate
    let environment: Environment
    let source: ComposeSource
    let shell: any Shell
    let options: GateOptions
    /// The variables that programs do not get.
    let hidden: [String]
    /// The variables that programs get beside those of this process.
    var variables: [String: Secret] = [:]

    /// The folder of the project.
    var folder: String { source.folder }

    /// A program in the project's folder, without this process's secrets.
    func command(_ arguments: [String], mergesOutputs: Bool = true, within limit: Duration? = nil) -> Command {
        // Of error output only the end is kept, so what is read goes to standard output.
        let script =
            mergesOutputs
            ? #"eval "$(cat)"; cd -- "$1"; shift; exec "$@" 2>&1"# : #"eval "$(cat)"; cd -- "$1"; shift; exec "$@""#
        let clearing = hidden.sorted().map { "unset \($0)\n" }.joined()
        let settings = EnvironmentFile.text(variables).revealed
        return .script(
            script, [folder] + arguments, input: Secret(clearing + settings), deadline: limit ?? gate.timeLimit)
    }

    /// Runs a program to its end.
    func run(_ arguments: [String], mergesOutputs: Bool = true) async throws -> CommandResult {
        try await shell.run(command(arguments, mergesOutputs: mergesOutputs))
    }

    /// Whether a program is installed: whether a command of it ends well.
    func has(_ probe: [String]) async throws -> Bool {
        try await shell.run(command(probe, within: .seconds(30))).isSuccess
    }

    /// That git is not installed.
    static let gitMissing = GateEnding.toolMissing("git", install: "apt-get install git")
    /// That Docker is not installed.
    static let dockerMissing = GateEnding.toolMissing(
        "docker", install: "apt-get install docker.io docker-compose-v2")

    /// A finding whose file, where a program names it in full, is relative to the project's folder.
    func relative(_ finding: GateFinding) -> GateFinding {
        guard finding.file.hasPrefix("/") else { return finding }
        var finding = finding
        let path = URL(filePath: folder).resolvingSymlinksInPath().path
        let prefix = path.hasSuffix("/") ? path : "\(path)/"
        if finding.file.hasPrefix(prefix) { finding.file = String(finding.file.dropFirst(prefix.count)) }
        return finding
    }

    /// A finding at the gate's own file.
    func finding(_ message: String, severity: GateFinding.Severity = .error) -> GateFinding {
        GateFinding(severity, file: gate.anchor, rule: gate.name, message)
    }
}

/// How the work of a gate ended, before it is known what that means for the environment.
enum GateEnding: Sendable {
    /// It looked, and found this; an error among it fails the gate.
    case judged([GateFinding])
    /// It fails for a reason of its own.
    case failed(String, findings: [GateFinding] = [], tail: [String] = [])
    /// The program that it needs is not installed; a command installs it.
    case toolMissing(String, install: String)
    /// There is nothing that it could look at, which is right only where it is not needed.
    case nothingToLookAt(String)
}

extension CommandResult {
    /// Whether the shell that should have run a program found none of its name.
    var hasFoundNoProgram: Bool { status == 127 }

    /// The last lines of what was printed.
    var lines: [String] {
        (output + errorOutput).withoutEscapes.lastLines(20).split(separator: "\n").map(String.init)
    }
}

extension [String: String] {
    /// The names of the variables that a gate's programs do not get: secrets, what DeployKit is set up with, and the
    /// files by which a step of GitHub Actions changes what later steps do.
    package var hiddenFromGates: [String] {
        let files: Set = ["GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"]
        let isName = { (name: String) in
            name.utf8.allSatisfy { $0 == 0x5f || (0x30...0x39).contains($0) || (0x41...0x5a).contains($0 & 0xdf) }
        }
        return keys.filter { name in
            let upper = name.uppercased()
            return isName(name)
                && (upper.hasPrefix("DEPLOYKIT_") || upper.hasSuffix("_TOKEN") || upper.hasPrefix("ACTIONS_ID_TOKEN")
                    || files.contains(upper) || SecretName.isConfidential(name))
        }.sorted()
    }
}
