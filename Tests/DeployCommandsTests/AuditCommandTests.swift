import DeployKit
import DeployKitTesting
import FoundationEssentials
import Testing

@testable import DeployCommands

struct AuditCommandTests {
    private let run = CommandRun()
    private let key: AuditKey
    private let variables: [String: String]

    init() throws {
        key = try AuditKey.generate()
        variables = ["USER": "ana", "DEPLOYKIT_AUDIT_KEY": key.text.revealed]
    }

    /// Deploys two releases.
    private func deployTwice() async {
        for version in ["v1", "v2"] {
            #expect(await run("deploy", "--version", version, "--reason", "a fix", variables: variables) == 0)
        }
    }

    private var publicKey: String { key.publicKey.description }

    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var headIsKnown = false
        let change: @Sendable (inout [String]) -> Void
    }

    @Test(arguments: [
        Tampering(testDescription: "edited: record 3") { $0[2] = $0[2].replacing("succeeded", with: "cancelled") },
        Tampering(testDescription: "removed: record 3") { $0.remove(at: 2) },
        Tampering(testDescription: "removed: record 1") { $0.removeFirst() },
        Tampering(testDescription: "reordered: record 2") { $0.swapAt(1, 2) },
        Tampering(testDescription: "truncated: records 4 to 5", headIsKnown: true) { $0.removeLast(2) },
        Tampering(testDescription: "truncated: records 1 to 5", headIsKnown: true) { $0.removeAll() },
        Tampering(testDescription: "duplicated: record 4") { $0.append($0[3]) },
        Tampering(testDescription: "forged: record 5") { $0[4] = $0[4].replacing("ana", with: "eve") },
        Tampering(testDescription: "edited: record 5", headIsKnown: true) {
            $0[4] = $0[4].replacing("ana", with: "eve")
        },
        Tampering(testDescription: "unsigned: record 5") {
            $0[4] = $0[4].dropLast(90) + "\"}"
        },
        Tampering(testDescription: "unreadable: line 2") { $0[1] = "" },
        Tampering(testDescription: "inserted: record 3") {
            $0.insert($0[2].replacing("ana", with: "eve"), at: 2)
        },
    ])
    func `audit verify finds it on the droplet, names it and exits with 11`(_ tampering: Tampering) async {
        await deployTwice()
        let head = run.droplet.auditLines.count
        let hash = await headHash()
        #expect(await run("audit", "verify", variables: variables) == 0)
        #expect(run.output.contains("The audit trail verifies: \(head) records, signed"))
        run.droplet.tamper(tampering.change)
        let code =
            tampering.headIsKnown
            ? await run("audit", "verify", "--public-key", publicKey, "--head", "\(head):\(hash)")
            : await run("audit", "verify", "--public-key", publicKey)
        #expect(code == 11)
        #expect(run.output.contains(tampering.testDescription), "\(run.output)")
    }

    @Test func `a deploy stops with exit code 11 and says how to go on`() async {
        await deployTwice()
        run.droplet.tamper { $0.remove(at: 2) }
        #expect(await run("deploy", "--version", "v3", variables: variables) == 11)
        #expect(run.errors.contains("removed: record 3: not in the trail"))
        #expect(run.errors.contains("Next: Find out who changed it"))
        #expect(await run("rollback", variables: variables) == 11)
        #expect(await run("prune", variables: variables) == 11)
        #expect(await run("doctor", variables: variables) == DeployError.Code.unfit.exitCode)
        #expect(await run("deploy", "--version", "v3", "--new-audit-chain", variables: variables) == 0)
        #expect(run.output.contains("a new audit chain begins"))
        #expect(await run("audit", "verify", variables: variables) == 0)
        #expect(await run("audit", "show", variables: variables) == 0)
        #expect(run.output.contains("the one before is kept as audit-"))
    }

    @Test func `every change ends with the head, which verify takes`() async throws {
        await deployTwice()
        let line = try #require(run.output.split(separator: "\n").last { $0.hasPrefix("Audit trail: ") })
        let head = String(line.dropFirst("Audit trail: ".count))
        #expect(await run("audit", "verify", "--head", head, variables: variables) == 0)
        #expect(await run("rollback", "--output", "json", variables: variables) == 0)
        #expect(run.output.contains(#"{"audit":{"hash":""#) && run.output.contains(#""event":"audited""#))
        #expect(await run("audit", "verify", "--head", head, variables: variables) == 0)
    }

    @Test func `show says who changed what, when and why`() async {
        #expect(await run("audit", "show") == 0)
        #expect(run.output == "There is no audit trail yet.\n")
        await deployTwice()
        #expect(await run("audit", "show", "--last", "2", variables: variables) == 0)
        #expect(run.output.contains("deploy v2 begins, after v1, because: a fix"))
        #expect(run.output.contains("deploy v2 succeeded after"))
        #expect(!run.output.contains("deploy v1"))
        #expect(await run("audit", "show", "--output", "json", variables: variables) == 0)
        #expect(run.output.contains(#""reason" : "a fix""#))
    }

    @Test func `maintenance is recorded, and stops where the trail does not verify`() async {
        await deployTwice()
        #expect(await run("maintenance", "on", "--reason", "a move", variables: variables) == 0)
        #expect(run.output.contains("Audit trail: "))
        #expect(await run("maintenance", "off", variables: variables) == 0)
        #expect(await run("audit", "show", "--last", "4", variables: variables) == 0)
        #expect(run.output.contains("maintenance on begins, because: a move"), "\(run.output)")
        #expect(run.output.contains("maintenance off succeeded after"), "\(run.output)")
        #expect(await run("audit", "verify", variables: variables) == 0)
        run.droplet.tamper { $0.remove(at: 2) }
        #expect(await run("maintenance", "on", variables: variables) == 11)
    }

    @Test func `show hands no control characters to a terminal`() async {
        #expect(await run("deploy", "--version", "v1", "--reason", "a\u{1B}[2Jb\nc", variables: variables) == 0)
        #expect(await run("audit", "show", variables: variables) == 0)
        #expect(run.output.contains("because: a?[2Jb?c"))
    }

    @Test func `an exported trail verifies without the droplet`() async throws {
        await deployTwice()
        let folder = FileManager.default.temporaryDirectory.appending(path: "audit-\(UInt64.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "trail.jsonl.gz").path
        #expect(await run("audit", "export", "--to", file) == 0)
        #expect(run.output.contains("Wrote 5 records"))
        run.droplet.tamper { $0.removeAll() }
        #expect(await run("audit", "verify", "--file", file, "--public-key", publicKey) == 0)
        #expect(await run("audit", "verify", "--file", file, "--public-key", publicKey, "--output", "json") == 0)
        #expect(run.output.contains(#""intact" : true"#))
        let bytes = try Data(contentsOf: URL(filePath: file))
        try bytes.dropLast(9).write(to: URL(filePath: file))
        #expect(await run("audit", "verify", "--file", file) == 11)
        #expect(await run("audit", "verify", "--file", folder.path + "/none") == 2)
    }

    @Test func `keygen prints the private key alone on the standard output, and says where both go`() async throws {
        #expect(await run("audit", "keygen") == 0)
        let made = try #require(AuditKey(Secret(run.output)))
        #expect(run.output == made.text.revealed + "\n")
        #expect(run.errors.contains("gh secret set DEPLOYKIT_AUDIT_KEY --env staging"))
        #expect(run.errors.contains(made.publicKey.description))
        #expect(!run.errors.contains(made.text.revealed))
    }

    @Test func `production is refused without a key, staging is warned`() async {
        #expect(await run("deploy", "--version", "v1") == 0)
        #expect(run.output.contains("warning: audit: the audit trail of bankflow-staging is not signed"))
        var environment = CommandRun.environment
        environment.name = "production"
        environment.audit.requiresSignature = true
        let production = CommandRun(FakeDroplet(environment))
        #expect(await production("deploy", "--version", "v1") == 2)
        #expect(production.errors.contains("DEPLOYKIT_AUDIT_KEY is not set"))
        #expect(production.errors.contains("Next: Make a pair of keys with audit keygen"))
        #expect(production.droplet.effects == [])
        #expect(await production("deploy", "--version", "v1", variables: variables) == 0)
    }

    @Test func `a wrong head or key is a usage error`() async {
        #expect(await run("audit", "verify", "--head", "12") == 64)
        #expect(await run("audit", "verify", "--public-key", "x") == 64)
    }

    private func headHash() async -> String {
        (try? await run.droplet.auditTrail().last?.hash) ?? ""
    }
}
