/// Looks for secrets in the files that git knows, with what is installed: gitleaks, or detect-secrets.
struct SecretScan: Sendable {
    let gate: GateWork

    static let baseline = ".secrets.baseline"
    static let install = "pip install detect-secrets==1.5.0"

    func run() async throws -> GateEnding {
        let tracked = try await gate.run(["git", "ls-files", "-z"], mergesOutputs: false)
        guard tracked.isSuccess else { return .failed("git does not say which files there are", tail: tracked.lines) }
        let files = Set(tracked.output.split(separator: "\0").map(String.init))
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
            return .judged(Self.gitleaks(report).filter { files.contains($0.file) })
        }
        guard try await gate.has(["detect-secrets", "--version"]) else { return .toolMissing(Self.install) }
        // What it finds is not tried against the services that it may be for: it would leave this machine.
        let result = try await gate.run(["detect-secrets", "scan", "--no-verify"], mergesOutputs: false)
        guard result.isSuccess, let report = Self.document(in: result.output) else {
            return .failed("detect-secrets could not look", tail: result.lines)
        }
        let known = try await gate.run(["sh", "-c", #"! [ -e "$1" ] || cat -- "$1""#, "sh", Self.baseline])
        let baseline = known.output.isEmpty ? nil : Self.document(in: known.output)
        if baseline == nil, !known.output.isEmpty { return .failed("\(Self.baseline) is no JSON") }
        return .judged(Self.detectSecrets(report, baseline: baseline))
    }

    private static func document(in output: String) -> JSONValue? { try? JSONValue(parsing: output) }

    /// What detect-secrets found, without what its baseline knows to be none.
    ///
    /// - Parameters:
    ///   - report: What `detect-secrets scan` printed.
    ///   - baseline: The same of an earlier time; an entry that `detect-secrets audit` called real stays a finding.
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
