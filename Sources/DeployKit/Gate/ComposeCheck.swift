/// Reads the Compose project and splits it for the environment, as a deploy does, without a droplet.
struct ComposeCheck: Sendable {
    let gate: GateWork

    func run() async throws -> GateEnding {
        let client = ComposeClient(shell: gate.shell)
        var source = gate.source
        do {
            var model = try await client.model(of: source)
            if !model.unsetVariables.isEmpty {
                // Their values belong to a deploy, which refuses without them; here they need none.
                source.variables = Dictionary(uniqueKeysWithValues: model.unsetVariables.map { ($0, Secret("unset")) })
                model = try await client.model(of: source)
            }
            // Without the images, what they declare is not known; a deploy looks again.
            let facts = (try? await client.facts(of: model.imageNames)) ?? [:]
            let findings = ComposeSplit.split(model, for: gate.environment, images: facts).findings
            return .judged(findings.map(finding))
        } catch let error as DeployError where error.saysThatComposeIsMissing {
            return .toolMissing("docker compose", install: ComposeClient.installation)
        } catch let error as DeployError {
            return .failed(error.message, findings: [gate.finding(error.evidence.joined(separator: "; "))])
        }
    }

    private func finding(_ finding: Finding) -> GateFinding {
        let severity: GateFinding.Severity =
            switch finding.severity {
            case .refusal: .error
            case .warning: .warning
            case .note: .note
            }
        let advice = finding.advice.isEmpty ? "" : " \(finding.advice)"
        return GateFinding(
            severity, file: gate.gate.anchor, rule: "compose", "\(finding.subject): \(finding.message)\(advice)")
    }
}
