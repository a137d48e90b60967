internal import FoundationEssentials

/// Classes the migrations that changed since a commit: one that takes something away has to be asked for by name.
struct MigrationCheck: Sendable {
    let gate: GateWork

    func run() async throws -> GateEnding {
        // Without migrations none can be wrong.
        guard let policy = gate.environment.migrations else { return .judged([]) }
        let folder = "\(gate.folder)/\(policy.directory)"
        let directory = MigrationDirectory(reading: folder, name: policy.directory)
        var findings = directory.findings.map {
            GateFinding($0.severity == .refusal ? .error : .warning, file: $0.subject, rule: "migration", $0.message)
        }
        let changed: Set<String>?
        switch try await changedFiles(in: policy.directory) {
        case .success(let files): changed = files
        case .failure(let problem): return problem.ending
        }
        var created: Set<String> = []
        let linted = await Squawk(shell: gate.shell).lint(directory.migrations, in: folder)
        for migration in linted where changed?.contains(migration.file) ?? true {
            let classification = MigrationClassification(migration, created: created, bigTable: policy.bigTable)
            created.formUnion(classification.created)
            let isAllowed = gate.options.allowedContracts.contains(migration.version)
            findings += classification.reasons.map {
                finding($0, in: "\(policy.directory)/\(migration.file)", isAllowed, version: migration.version)
            }
        }
        return .judged(findings)
    }

    private func finding(_ reason: MigrationReason, in file: String, _ isAllowed: Bool, version: Int) -> GateFinding {
        let severity: GateFinding.Severity =
            switch reason.weight {
            case .refusal: .error
            case .contract: isAllowed ? .warning : .error
            case .warning, .blocking: .warning
            case .note: .note
            }
        let advice =
            severity == .error && reason.weight == .contract ? " (or allow it with --allow-contract \(version))" : ""
        return GateFinding(
            severity, file: file, line: reason.line, rule: reason.weight.rawValue,
            reason.message + (reason.statement.isEmpty ? "" : ": \(reason.statement)") + advice)
    }

    /// Why it is not known what changed.
    private struct Problem: Error {
        var ending: GateEnding
    }

    /// The names of the files that differ from the base, those that git does not know yet among them; nil where all do,
    /// since there is nothing before this commit.
    private func changedFiles(in directory: String) async throws -> Result<Set<String>?, Problem> {
        let base = gate.options.base ?? "HEAD^"
        let commit = try await gate.run(
            ["git", "rev-parse", "--verify", "--quiet", "\(base)^{commit}"], mergesOutputs: false)
        guard !commit.hasFoundNoProgram else { return .failure(Problem(ending: GateWork.gitMissing)) }
        guard commit.isSuccess else {
            let shallow = try await gate.run(["git", "rev-parse", "--is-shallow-repository"], mergesOutputs: false)
            if gate.options.base == nil, shallow.output.lastLines(1) == "false" { return .success(nil) }
            return .failure(
                Problem(
                    ending: .failed(
                        "\(base) is not in this clone, so it is not known which migrations changed: check out with "
                            + "the history (fetch-depth: 0)")))
        }
        let hash = commit.output.lastLines(1)
        let differing = try await gate.run(
            ["git", "diff", "--name-only", "--diff-filter=d", "--relative", "-z", hash, "--", directory],
            mergesOutputs: false)
        let unknown = try await gate.run(
            ["git", "ls-files", "--others", "--exclude-standard", "-z", "--", directory], mergesOutputs: false)
        guard differing.isSuccess, unknown.isSuccess else {
            return .failure(
                Problem(ending: .failed("git does not say which migrations changed: \(differing.errorOutput)")))
        }
        let paths = (differing.output + unknown.output).split(separator: "\0")
        return .success(Set(paths.compactMap { $0.split(separator: "/").last.map(String.init) }))
    }
}
