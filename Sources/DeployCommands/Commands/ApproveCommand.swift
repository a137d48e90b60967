internal import ArgumentParser
internal import DeployKit

/// Gives a person's word that a commit may be deployed.
struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve the deploy of a commit with your own key, which DEPLOYKIT_APPROVAL_KEY has.",
        discussion: "For an environment whose deploys need an approval, and by somebody who does not run the deploy. "
            + "Run it on your own machine: the key is as good as your word. audit keygen makes one.")

    @Option(help: "The full hash of the commit.")
    var commit: String

    @Option(help: "Why, for whoever reads the approval.")
    var reason: String = ""

    @Option(name: .customLong("as"), help: "Your name at GitHub; by default the one that goes with your key.")
    var name: String?

    @Option(help: "For how many hours it counts.")
    var hours = Approval.defaultValidity / 3600

    @Option(help: "A file for the approval, in the place of standard output; it is replaced.")
    var to: String?

    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard Approval.isCommit(commit) else {
            throw ValidationError("--commit is a full hash, as git rev-parse prints it, not \(commit)")
        }
        let most = Approval.longestValidity / 3600
        guard (1...most).contains(hours) else { throw ValidationError("--hours is between 1 and \(most)") }
    }

    func run() async throws {
        let context = try CommandContext.active
        let environment = context.environment
        guard let key = AuditKey(Secret(context.variables["DEPLOYKIT_APPROVAL_KEY"] ?? "")) else {
            throw DeployError(
                .refused, "DEPLOYKIT_APPROVAL_KEY is no key: it has to be the base64 of 32 bytes",
                next: "Make a pair with audit keygen; the public one goes into DEPLOYKIT_APPROVERS, with your name.")
        }
        let access = try AccessGuard(environment, variables: context.variables)
        guard let approver = name ?? access.approver(with: key.publicKey) else {
            throw DeployError(
                .refused, "nothing here says whose key this is: its public key is \(key.publicKey)",
                next: "Say who you are with --as.")
        }
        let approval = Approval(
            application: environment.application, environment: environment.name, commit: commit, approver: approver,
            at: AuditSettings.systemTime(), validity: hours * 3600, reason: reason.isEmpty ? nil : reason)
        let envelope = try SignedEnvelope(approval, type: Approval.type, key: key)
        let expiry = UTCTime.text(approval.expires)
        if let to {
            try envelope.write(to: to)
            context.write(
                format.output == .json
                    ? JSONText.pretty(ApprovalReport(file: to, approval: approval))
                    : "Wrote \(approver)'s approval of \(commit) to \(to); it counts until \(expiry).\n")
            return
        }
        context.write(JSONText.line(envelope))
        guard format.output == .text else { return }
        context.writeError(
            """
            The approval of \(commit) for \(environment.scope), by \(approver), is what was written to standard \
            output. It counts until \(expiry), and is no secret.
              \(context.commandName) approve --commit \(commit) \
            | gh variable set DEPLOYKIT_APPROVAL --env \(environment.name)

            """)
    }
}

/// An approval that was written to a file, for a program.
private struct ApprovalReport: Encodable {
    let file: String
    let approval: Approval
}
