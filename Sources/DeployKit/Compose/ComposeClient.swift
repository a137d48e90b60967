/// Asks the runner's own `docker compose` what a project is; needs no Docker daemon.
///
/// All parsing, merging and interpolation is Compose's. What it prints holds secrets: it is read from a pipe and
/// never written.
public struct ComposeClient: Sendable {
    let shell: any Shell

    /// Makes a client that runs Compose on a machine.
    public init(shell: any Shell) {
        self.shell = shell
    }

    /// Reads a project.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` in Compose's own words when there is no
    ///   Compose file or it is not valid; what the shell throws.
    public func model(of source: ComposeSource) async throws -> ComposeModel {
        async let interpolatedResult = shell.run(Self.command(source, []))
        async let uninterpolatedResult = shell.run(Self.command(source, ["--no-interpolate"]))
        let result = try await interpolatedResult
        guard result.isSuccess else { throw await refusal(of: source, result) }
        let interpolated = try Self.parse(result.output, of: source)
        let listing = ProjectFiles.command(
            reading: ComposeModel.mountedPaths(in: interpolated), from: source.folder)
        async let files = shell.output(of: listing)
        let other = try await uninterpolatedResult
        let uninterpolated = other.isSuccess ? try? JSONValue(parsing: other.output) : nil
        let names = Set(ComposeModel.resourceVariables(in: interpolated))
            .union(VariableReferences(of: uninterpolated).confidentialVariables)
        let variableValues = try await values(of: names.sorted(), source)
        let candidates = ComposeModel.emptyCandidates(in: interpolated, values: variableValues)
        let emptyVariables = try await emptyVariables(among: candidates, source)
        return ComposeModel(
            interpolated: interpolated,
            uninterpolated: uninterpolated,
            unsetVariables: Self.unsetVariables(in: result.errorOutput),
            variableValues: variableValues,
            emptyVariables: emptyVariables,
            files: ProjectFiles(parsing: try await files)
        )
    }

    /// The values that Compose has for variables; those that are not set are left out.
    ///
    /// Compose lists its variables line by line, where a value of several lines cannot be told from two variables.
    /// So it is asked to interpolate a project that consists of them.
    private func values(of variables: [String], _ source: ComposeSource) async throws -> [String: Secret] {
        guard !variables.isEmpty else { return [:] }
        let environment = Dictionary(uniqueKeysWithValues: variables.map { ($0, JSONValue.string("${\($0)}")) })
        let project: JSONValue = ["services": ["values": ["image": "values", "environment": .object(environment)]]]
        var options = source
        options.files = ["-"]
        options.projectDirectory = source.folder
        let arguments = ["docker", "compose"] + options.options + ["config", "--format", "json"]
        let script = #"eval "$(cat)"; project=$1; shift; printf '%s' "$project" | "$@""#
        let result = try await shell.run(
            .script(script, [project.compactText] + arguments, input: EnvironmentFile.text(source.variables)))
        guard result.isSuccess else { throw await refusal(of: source, result) }
        let unset = Set(Self.unsetVariables(in: result.errorOutput))
        let printed = try Self.parse(result.output, of: source)["services"]?["values"]?["environment"]?.members ?? [:]
        return printed.filter { !unset.contains($0.key) }
            .compactMapValues { $0.text.map { Secret($0.replacingDoubledDollars()) } }
    }

    /// Those of some variables that the environment of this run has, with an empty text.
    private func emptyVariables(among variables: [String], _ source: ComposeSource) async throws -> Set<String> {
        guard !variables.isEmpty else { return [] }
        let script = #"""
            eval "$(cat)"
            exec awk 'BEGIN {
                for (i = 1; i < ARGC; i++) if (ARGV[i] in ENVIRON && ENVIRON[ARGV[i]] == "") print ARGV[i]
            }' "$@"
            """#
        let output = try await shell.output(
            of: .script(script, variables, input: EnvironmentFile.text(source.variables)))
        return Set(output.split(separator: "\n").map(String.init))
    }

    /// The command that prints the project; variables travel over its standard input.
    static func command(_ source: ComposeSource, _ options: [String]) -> Command {
        let arguments = ["docker", "compose"] + source.options + ["config", "--format", "json"] + options
        guard !source.variables.isEmpty else { return Command(arguments) }
        return .script(#"eval "$(cat)"; exec "$@""#, arguments, input: EnvironmentFile.text(source.variables))
    }

    /// The variables that Compose warned of.
    static func unsetVariables(in errorOutput: String) -> [String] {
        let names = errorOutput.split(separator: "\n").compactMap { line -> String? in
            guard line.hasSuffix(#"variable is not set. Defaulting to a blank string.""#) else { return nil }
            let parts = line.split(separator: #"\""#, omittingEmptySubsequences: false)
            return parts.count >= 3 ? String(parts[1]) : nil
        }
        return Set(names).sorted()
    }

    private static func parse(_ output: String, of source: ComposeSource) throws -> JSONValue {
        do {
            return try JSONValue(parsing: output)
        } catch {
            throw DeployError(
                .refused,
                "docker compose config printed no JSON for \(source.subject): \(error.reason) at byte \(error.offset)",
                next: "Run `docker compose version`: DeployKit needs 2.20 or newer on the machine it runs on."
            )
        }
    }

    /// The secrets that Compose has for interpolation, also from files that only it reads, such as `.env`.
    ///
    /// For a project that it refuses: its words may hold values that nobody else has read.
    private func interpolationSecrets(_ source: ComposeSource) async -> [Secret] {
        var options = source
        options.files = ["-"]
        options.projectDirectory = source.folder
        let arguments = ["docker", "compose"] + options.options + ["config", "--environment"]
        let script = #"eval "$(cat)"; printf '{"services":{"values":{"image":"values"}}}' | "$@""#
        let command = Command.script(script, arguments, input: EnvironmentFile.text(source.variables))
        guard let output = try? await shell.run(command).output else { return [] }
        var variables: [String: String] = [:]
        var last = ""
        for line in output.split(separator: "\n", omittingEmptySubsequences: false) {
            // A line without a name belongs to the value before; one that only looks so is found as a line of its own.
            if let equals = line.firstIndex(of: "="),
                line[..<equals].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
            {
                last = String(line[..<equals])
                variables[last] = String(line[line.index(after: equals)...])
            } else {
                variables[last, default: ""] += "\n" + line
            }
        }
        return SecretName.secrets(in: variables)
    }

    private func refusal(of source: ComposeSource, _ result: CommandResult) async -> DeployError {
        let redactor = Redactor(Array(source.variables.values) + (await interpolationSecrets(source)))
        let words = redactor.redact(
            result.errorOutput.split(separator: "\n").filter { !$0.contains("level=warning") }.joined(separator: "\n"))
        if words.contains("no configuration file provided") {
            return DeployError(
                .refused,
                DeployError.missingComposeFile + "\(source.folder == "." ? "this folder" : source.folder)",
                evidence: [words],
                next: "Run this in the folder that holds compose.yaml, or name the file."
            )
        }
        if let missing = await missingProgram(result, words) { return missing }
        return DeployError(
            .refused,
            "Docker Compose refuses \(source.files.isEmpty ? "the Compose file" : source.files.joined(separator: ", "))",
            evidence: words.split(separator: "\n").map(String.init),
            next:
                "Run `docker compose \((source.options + ["config", "--quiet"]).joined(separator: " "))` to see the same."
        )
    }
}

extension ComposeClient {
    /// How to install Compose, for people.
    static let installation =
        "apt-get install docker-compose-v2 on Ubuntu, docker-compose on Debian 13, docker-compose-plugin where Docker's "
        + "own packages are"

    /// What Docker says of `compose`, or of its options, where it has no such plugin; newer ones say it in other words.
    private static let wordsWithoutPlugin = [
        "is not a docker command", "unknown command: docker compose", "unknown flag: --", "unknown shorthand flag: ",
    ]

    /// That Docker, or only its Compose plugin, is not installed on this machine; nil where Compose itself refuses.
    private func missingProgram(_ result: CommandResult, _ words: String) async -> DeployError? {
        let evidence = words.split(separator: "\n").prefix(3).map(String.init)
        if result.hasFoundNoProgram {
            return DeployError(
                .refused, "\(DeployError.missingCompose) docker is not installed on \(shell.machine)",
                evidence: evidence,
                next: "Install Docker with its Compose plugin: \(Self.installation).")
        }
        guard Self.wordsWithoutPlugin.contains(where: { words.contains($0) }),
            (try? await shell.run(Command(["docker", "compose", "version", "--short"])))?.isSuccess != true
        else { return nil }
        return DeployError(
            .refused,
            "\(DeployError.missingCompose) docker is there on \(shell.machine), and its Compose plugin is not",
            evidence: evidence, next: "Install the plugin: \(Self.installation).")
    }
}

extension DeployError {
    /// How the message begins where there is no Compose.
    fileprivate static let missingCompose = "Docker Compose is missing:"

    /// Whether there is no Compose that could have looked at the project.
    package var saysThatComposeIsMissing: Bool { message.hasPrefix(Self.missingCompose) }

    /// How the message begins where there is no Compose file.
    fileprivate static let missingComposeFile = "There is no Compose file in "

    /// Whether Compose found no project at all, in contrast to one that it refuses.
    package var saysThatComposeFileIsMissing: Bool { message.hasPrefix(Self.missingComposeFile) }
}
