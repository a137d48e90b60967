internal import ArgumentParser
internal import DeployKit
internal import FoundationEssentials

/// Checks the audit trail, and names what was done to it.
struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every hash and signature of the audit trail, and name what was done to it.",
        discussion: "Only the public key is needed. What was cut off at the end shows against a head that was kept off "
            + "the droplet: --head, or DEPLOYKIT_AUDIT_HEAD_FILE.")

    @Option(help: "The base64 of the public key; by default the environment's, or the run's.")
    var publicKey: String?

    @Option(help: "A head that a command printed, as NUMBER:HASH.")
    var head: String?

    @Option(help: "An exported trail, gzipped or not, in place of the droplet's.")
    var file: String?

    @OptionGroup var format: OutputOptions

    func validate() throws {
        if let publicKey, AuditPublicKey(publicKey) == nil {
            throw ValidationError("--public-key is the base64 of 32 bytes")
        }
        if let head, AuditHead(head) == nil {
            throw ValidationError("--head is the number of a record, a colon, and 64 hexadecimal digits")
        }
    }

    func run() async throws {
        let context = try CommandContext.active
        var expectation = try await context.expectation(
            key: publicKey.flatMap(AuditPublicKey.init), head: head.flatMap { AuditHead($0) })
        let trail: AuditTrail
        if let file {
            trail = try Self.read(file)
        } else {
            (trail, expectation.release) = try await context.droplet.withDroplet(context) { droplet in
                // What is remembered first: a rollout that begins meanwhile is in the trail before.
                let release = try await droplet.observe().records.last?.release
                return (try await droplet.auditTrail(), release)
            }
        }
        let verdict = trail.verify(expectation)
        context.workflow?.add {
            $0.note(
                verdict.isIntact ? "✅" : "❌", "the audit trail of \(context.environment.scope)",
                block: AuditText.summary(verdict))
        }
        context.write(
            format.output == .json ? JSONText.pretty(AuditVerdictReport(verdict)) : AuditText.summary(verdict))
        if !verdict.isIntact { throw ExitCode(DeployError.Code.audit.exitCode) }
    }

    private static func read(_ file: String) throws -> AuditTrail {
        guard let data = try? Data(contentsOf: URL(filePath: file)) else {
            throw DeployError(
                .refused, "\(file) cannot be read", next: "Name a file that audit export wrote, or leave --file out.")
        }
        let bytes = Array(data)
        guard bytes.starts(with: [0x1f, 0x8b]) else { return AuditTrail(bytes: bytes) }
        guard let unpacked = Gzip.decompressed(bytes) else {
            throw DeployError(
                .audit, "\(file) is no whole gzip file", next: "Export the trail again: audit export --to FILE.")
        }
        return AuditTrail(bytes: unpacked)
    }
}
