internal import ArgumentParser
internal import DeployKit

/// Checks everything that a deploy needs.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check everything that a deploy needs, here and on the droplet, and say what to do.")

    @OptionGroup var format: OutputOptions

    func run() async throws {
        let context = try CommandContext.active
        var findings = await context.runnerFindings(context.environment)
        do {
            let settings = try context.auditSettings()
            findings += settings.findings(context.environment)
            let (state, trail) = try await context.droplet.withDroplet(context) { droplet in
                (try await droplet.observe(), try await droplet.auditTrail())
            }
            findings += Doctor.findings(of: state, environment: context.environment)
            findings += Doctor.findings(of: trail.verify(try await context.expectation()))
        } catch {
            let error = DeployError(error)
            findings.append(
                Finding(
                    .refusal, "droplet", ([error.message] + error.evidence).joined(separator: "; "), advice: error.next)
            )
        }
        let isFit = !findings.contains { $0.severity == .refusal }
        let words = isFit ? "ready to deploy" : "not ready to deploy"
        context.workflow?.add { [findings] in
            $0.note(
                isFit ? "✅" : "❌", "\(context.environment.scope): \(words)", block: PlanText.findings(findings))
        }
        if format.output == .json {
            context.write(JSONText.pretty(DoctorReport(fit: isFit, findings: findings)))
        } else {
            context.write(PlanText.findings(findings))
            context.write(isFit ? "Ready to deploy.\n" : "Not ready to deploy: mend the refusals above.\n")
        }
        if !isFit { throw ExitCode(DeployError.Code.unfit.exitCode) }
    }
}
