internal import ArgumentParser
internal import DeployKit
internal import FoundationEssentials

/// Checks everything that a deploy needs.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check everything that a deploy needs, here and on the droplet, and say what to do.")

    @OptionGroup var project: ProjectOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let context = try CommandContext.active
        let settings = try? RuntimeSettings(from: context.variables)
        let environment = settings?.applied(to: context.environment) ?? context.environment
        var findings = await context.runnerFindings(environment) + Self.certificateFindings(context.variables)
        let projectProblem = await checkProject(in: context, findings: &findings)
        do {
            let settings = try context.auditSettings()
            findings += settings.findings(environment)
            let (state, trail) = try await context.droplet.withDroplet(context) { droplet in
                (try await droplet.observe(), try await droplet.auditTrail())
            }
            findings += Doctor.findings(of: state, environment: environment)
            findings += Doctor.findings(of: trail.verify(try await context.expectation()))
        } catch {
            let error = DeployError(error)
            // Settings that are missing stop both, and are said once.
            if projectProblem == error { findings.removeAll { $0.subject == Self.subject } }
            findings.append(Finding(error, about: "droplet"))
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

    /// What a finding is about that is no candidate's own.
    private static let subject = "project"

    /// Adds what is the matter with what would be deployed from here.
    ///
    /// - Returns: Why there is no candidate; nil where there is one, or nothing to make one of.
    private func checkProject(in context: CommandContext, findings: inout [Finding]) async -> DeployError? {
        do {
            findings += try await context.candidates.candidate(project, context: context).findings
            return nil
        } catch {
            let error = DeployError(error)
            guard project.files.isEmpty, project.projectDirectory == nil, error.saysThatComposeFileIsMissing else {
                findings.append(Finding(error, about: Self.subject))
                return error
            }
            findings.append(
                Finding(
                    .note, Self.subject, "no Compose project here, so what would be deployed was not checked",
                    advice: "Run this where compose.yaml is, or name it with --file."))
            return nil
        }
    }

    private static func certificateFindings(_ variables: [String: String]) -> [Finding] {
        guard let file = variables["DEPLOYKIT_CA_FILE"], !file.isEmpty else { return [] }
        guard (try? Data(contentsOf: URL(filePath: file))) == nil else { return [] }
        return [
            Finding(
                .refusal, "DEPLOYKIT_CA_FILE", "the file \(file) cannot be read: no probe over TLS would succeed",
                advice: "Name a file with certificate authorities in PEM, or leave the variable out.")
        ]
    }
}

extension Finding {
    /// An error as a finding that stops a deploy.
    fileprivate init(_ error: DeployError, about subject: String) {
        self.init(.refusal, subject, ([error.message] + error.evidence).joined(separator: "; "), advice: error.next)
    }
}
