/// Looks for known vulnerabilities in the images of the Compose project, with what is installed: trivy, or grype.
struct ImageScan: Sendable {
    let gate: GateWork

    static let install = "apt-get install trivy (https://trivy.dev)"

    func run() async throws -> GateEnding {
        let isTrivy = try await gate.has(["trivy", "--version"])
        if !isTrivy {
            guard try await gate.has(["grype", "version"]) else {
                return .toolMissing("a scanner, trivy or grype,", install: Self.install)
            }
        }
        let names: [String]
        if let images = gate.options.images {
            names = images
        } else {
            let client = ComposeClient(shell: gate.shell)
            names = try await client.model(of: gate.source).imageNames
            let there = try await client.facts(of: names)
            let missing = names.filter { there[$0] == nil }
            guard missing.isEmpty else {
                return .nothingToLookAt(
                    "not on this machine: \(missing.list); the command build looks at the images that it builds")
            }
        }
        var findings: [GateFinding] = []
        for name in names {
            let command =
                isTrivy
                ? [
                    "trivy", "image", "--quiet", "--format", "json", "--severity", "HIGH,CRITICAL", "--ignore-unfixed",
                    name,
                ]
                : ["grype", "--quiet", "--only-fixed", "--output", "json", "docker:\(name)"]
            let result = try await gate.run(command, mergesOutputs: false)
            guard result.isSuccess, let report = try? JSONValue(parsing: result.output) else {
                return .failed("\(command[0]) could not look at \(name)", tail: result.lines)
            }
            findings += isTrivy ? Self.trivy(report, of: name) : Self.grype(report, of: name)
        }
        return .judged(findings)
    }

    static func trivy(_ report: JSONValue, of image: String) -> [GateFinding] {
        (report["Results"]?.elements ?? []).flatMap { $0["Vulnerabilities"]?.elements ?? [] }.map { found in
            finding(
                image, rule: found["VulnerabilityID"]?.string, package: found["PkgName"]?.string,
                version: found["InstalledVersion"]?.string, fixed: found["FixedVersion"]?.string,
                severity: found["Severity"]?.string)
        }
    }

    static func grype(_ report: JSONValue, of image: String) -> [GateFinding] {
        (report["matches"]?.elements ?? []).filter {
            ["High", "Critical"].contains($0["vulnerability"]?["severity"]?.string ?? "")
        }.map { match in
            finding(
                image, rule: match["vulnerability"]?["id"]?.string, package: match["artifact"]?["name"]?.string,
                version: match["artifact"]?["version"]?.string,
                fixed: match["vulnerability"]?["fix"]?["versions"]?.elements.compactMap(\.string).list,
                severity: match["vulnerability"]?["severity"]?.string)
        }
    }

    private static func finding(
        _ image: String, rule: String?, package: String?, version: String?, fixed: String?, severity: String?
    ) -> GateFinding {
        GateFinding(
            rule: rule ?? "vulnerability",
            "\(image): \(package ?? "") \(version ?? ""), \((severity ?? "").lowercased()), mended in \(fixed ?? "")")
    }
}
