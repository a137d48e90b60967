internal import ArgumentParser
internal import DeployKit

/// Makes the keys of an environment's audit trail.
struct AuditKeygenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a pair of keys: the private one on standard output, for a secret, and nowhere else.")

    @OptionGroup var format: OutputOptions

    func run() async throws {
        let context = try CommandContext.active
        let key = try AuditKey.generate()
        guard format.output == .text else {
            return context.write(
                JSONText.pretty(["privateKey": key.text.revealed, "publicKey": key.publicKey.description]))
        }
        context.write(key.text.revealed + "\n")
        let name = context.environment.name
        context.writeError(
            """
            The private key is what was written to standard output: it signs the audit trail of \(name), and belongs \
            into a secret only.
              \(context.commandName) audit keygen | gh secret set DEPLOYKIT_AUDIT_KEY --env \(name)
            The public key verifies, and may be known to everybody; keep it off the droplet.
              gh variable set DEPLOYKIT_AUDIT_PUBLIC_KEY --env \(name) --body \(key.publicKey)

            """)
    }
}
