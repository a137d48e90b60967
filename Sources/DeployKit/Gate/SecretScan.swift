/// Looks for secrets in the files that git knows, with what is installed: gitleaks, or detect-secrets.
struct SecretScan: Sendable {
    let gate: GateWork

    static let baseline = ".secrets.baseline"
    /// How many files one run of detect-secrets is named: far from what Linux takes as arguments.
    private static let batch = 1000
    static let install = "pip install detect-secrets==1.5.0"

    func run() async throws -> GateEnding {
        let listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        let listed = try await gate.run(listing, mergesOutputs: false)
        guard !listed.hasFoundNoProgram else { return GateWork.gitMissing }
        let files = listed.output.split(separator: "\0").map(String.init)
        guard listed.isSuccess, !files.isEmpty else {
            return .failed("git knows of no file here, so nothing was looked at", tail: listed.lines)
        }
        if try await gate.has(["gitleaks", "version"]) {
            // Its own exit status would not tell a secret from a mistake in its settings.
            let result = try await gate.run(
                [
                    "gitleaks", "detect", "--no-git", "--source", ".", "--no-banner", "--redact", "--exit-code", "0",
                    "--report-format", "json", "--report-path", "/dev/stdout",
                ], mergesOutputs: false)
            guard result.isSuccess, let report = Self.document(in: result.output) else {
                return .failed("gitleaks could not look", tail: result.lines)
            }
            let known = Set(files)
            return .judged(Self.gitleaks(report).filter { known.contains($0.file) })
        }
        guard try await gate.has(["detect-secrets", "--version"]) else {
            return .toolMissing("a scanner, gitleaks or detect-secrets,", install: Self.install)
        }
        var reports: [JSONValue] = []
        for start in stride(from: 0, to: files.count, by: Self.batch) {
            // Without their names it looks at nothing in a folder below the repository's root. What it finds is not
            // tried against the services that it may be for: it would leave this machine.
            let names = files[start..<min(start + Self.batch, files.count)]
            let result = try await gate.run(
                ["detect-secrets", "scan", "--no-verify", "--"] + names, mergesOutputs: false)
            guard result.isSuccess, let report = Self.document(in: result.output) else {
                return .failed("detect-secrets could not look", tail: result.lines)
            }
            reports.append(report)
        }
        let known = try await gate.run(["sh", "-c", #"! [ -e "$1" ] || cat -- "$1""#, "sh", Self.baseline])
        let baseline = known.output.isEmpty ? nil : Self.document(in: known.output)
        if baseline == nil, !known.output.isEmpty { return .failed("\(Self.baseline) is no JSON") }
        return .judged(reports.flatMap { Self.detectSecrets($0, baseline: baseline) })
    }

    private static func document(in output: String) -> JSONValue? { try? JSONValue(parsing: output) }

    /// What detect-secrets found, without what its baseline knows to be none.
    ///
    /// - Parameters:
    ///   - report: What `detect-secrets scan` printed.
    ///   - baseline: The same of an earlier time; an entry that `detect-secrets audit` called real stays a finding.
    /// - Returns: The findings.
    static func detectSecrets(_ report: JSONValue, baseline: JSONValue?) -> [GateFinding] {
        func entries(_ value: JSONValue?) -> [JSONValue] {
            (value?["results"]?.members ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value.elements)
        }
        func key(_ entry: JSONValue) -> [String] {
            [entry["filename"]?.string ?? "", entry["hashed_secret"]?.string ?? ""]
        }
        let known = Set(entries(baseline).filter { $0["is_secret"]?.bool != true }.map(key))
        return entries(report).filter { !known.contains(key($0)) && $0["filename"]?.string != Self.baseline }.map {
            entry in
            let type = entry["type"]?.string ?? "secret"
            return GateFinding(
                file: entry["filename"]?.string ?? "", line: entry["line_number"]?.integer ?? 0, rule: type,
                "it looks like a secret (\(type)): remove and replace it; where it is none, put "
                    + "`pragma: allowlist secret` into the line, or renew \(Self.baseline)")
        }
    }

    /// What gitleaks found; it was told to leave out the secrets themselves.
    static func gitleaks(_ report: JSONValue) -> [GateFinding] {
        report.elements.map { leak in
            GateFinding(
                file: leak["File"]?.string.map { $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0 } ?? "",
                line: leak["StartLine"]?.integer ?? 0, column: leak["StartColumn"]?.integer ?? 0,
                rule: leak["RuleID"]?.string ?? "secret",
                "it looks like a secret (\(leak["Description"]?.string ?? "")): remove and replace it")
        }
    }
}
