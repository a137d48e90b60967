import DeployKit
import DeployKitTesting
import Glibc
import Testing

/// The audit trail on a real droplet, and what somebody does to it who can write there.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct AuditLabTests {
    private static let trail = "/var/lib/deploykit/bankflow-staging/audit.jsonl"

    struct Tampering: Sendable, CustomTestStringConvertible {
        /// What is done, as root, to the trail in `$1`.
        let script: String
        /// What `audit verify` says.
        let words: String
        var testDescription: String { "\(words): \(script)" }
    }

    /// Each on a trail of five records, whose head is known.
    private static let tamperings = [
        Tampering(script: #"sed -i '3s/"result":"succeeded"/"result":"failed"/' "$1""#, words: "edited: record 3"),
        Tampering(script: #"sed -i '5s/"at":1/"at":2/' "$1""#, words: "edited: record 5"),
        Tampering(script: #"sed -i 3d "$1""#, words: "removed: record 3"),
        Tampering(script: #"sed -i 1,2d "$1""#, words: "removed: records 1 to 2"),
        Tampering(script: #"sed -i -n '2{h;n;G};p' "$1""#, words: "reordered: record 2"),
        Tampering(script: #"head -n 3 "$1" >"$1.new"; cat "$1.new" >"$1""#, words: "truncated: records 4 to 5"),
        Tampering(script: #": >"$1""#, words: "truncated: records 1 to 5"),
        Tampering(script: #"rm "$1""#, words: "truncated: records 1 to 5"),
        Tampering(script: #"sed -n 2p "$1" >>"$1.new"; cat "$1.new" >>"$1""#, words: "duplicated: record 2"),
        Tampering(
            script: #"""
                hash=$(tail -n 1 "$1" | tr -d '\n' | sha256sum | cut -c -64)
                tail -n 1 "$1" | sed "s/\"sequence\":5,\"previous\":\"[0-9a-f]*\"/\"sequence\":6,\"previous\":\"$hash\"/" >"$1.new"
                cat "$1.new" >>"$1"
                """#, words: "forged: record 6"),
        Tampering(script: #"sed -i '5s/"signature":"[^"]*"/"signature":""/' "$1""#, words: "unsigned: record 5"),
        Tampering(script: #"sed -i '3s/$/\r/' "$1""#, words: "unreadable: line 3"),
        Tampering(script: #"sed -i '4s/^/\xff/' "$1""#, words: "unreadable: line 4"),
        Tampering(script: #"sed -i '3{p;s/"at":1/"at":2/}' "$1""#, words: "inserted: record 3"),
        Tampering(
            script: #"sed -i '5s/bankflow-staging/bankflow-other/' "$1""#, words: "of another environment: line 5"),
    ]

    @Test func `what is done to the trail on the droplet is found, named, and stops a deploy`() async throws {
        try await LabDroplet.with("audit") { droplet in
            let key = try AuditKey.generate()
            let variables = ["DEPLOYKIT_AUDIT_KEY": key.text.revealed]
            for version in ["v1", "v2"] {
                let result = try await droplet.deploy(version, variables: variables, options: ["--reason", "a test"])
                try #require(result.isSuccess, "\(result.errorOutput)")
            }
            let shown = try await droplet.stage("audit", "show", variables: variables)
            #expect(shown.output.contains("deploy v2 begins, after v1, because: a test"), "\(shown.output)")
            let line = try #require(shown.output.split(separator: "\n").last)
            let head = line.split(separator: " ").last.map { String($0.dropLast()) } ?? ""
            let check = ["audit", "verify", "--public-key", key.publicKey.description, "--head", head]
            let environment = droplet.settings
            let intact = try await Lab.run(droplet.command(check), environment: environment)
            #expect(intact.isSuccess, "\(intact.output)\(intact.errorOutput)")
            #expect(try await droplet.root("stat -c '%a %U' \(Self.trail)") == "640 deploy\n")

            try await droplet.root("cp -p \(Self.trail) \(Self.trail).kept")
            for tampering in Self.tamperings {
                try await droplet.root("set -- \(Self.trail)\n\(tampering.script)\nrm -f \"$1.new\"")
                let result = try await Lab.run(droplet.command(check), environment: environment)
                #expect(result.status == 11, "\(tampering): \(result.output)\(result.errorOutput)")
                #expect(result.output.contains(tampering.words), "\(tampering): \(result.output)")
                try await droplet.root("cp -p \(Self.trail).kept \(Self.trail)")
            }

            try await droplet.root("sed -i '3{p;s/\"at\":1/\"at\":2/}' \(Self.trail)")
            let refused = try await droplet.stage("rollback", variables: variables)
            #expect(refused.status == 11, "\(refused.errorOutput)")
            #expect(refused.errorOutput.contains("inserted: record 3"), "\(refused.errorOutput)")
            #expect(refused.errorOutput.contains("--new-audit-chain"), "\(refused.errorOutput)")
            #expect(try await droplet.version() == "v2")
            let resumed = try await droplet.stage("rollback", "--new-audit-chain", variables: variables)
            #expect(resumed.isSuccess, "\(resumed.errorOutput)")
            #expect(try await droplet.version() == "v1")
            let verified = try await droplet.stage("audit", "verify", variables: variables)
            #expect(verified.isSuccess, "\(verified.output)")
            let files = try await droplet.root(
                "cd \(Self.trail.dropLast("audit.jsonl".count)); ls audit*.jsonl | wc -l")
            #expect(files == "2\n", "the chain before is kept")
        }
    }

    @Test(.thorough) func `a run that is killed, and a line that a crash cut off, leave a trail that goes on`()
        async throws
    {
        try await LabDroplet.with("audit") { droplet in
            let key = try AuditKey.generate()
            let variables = ["DEPLOYKIT_AUDIT_KEY": key.text.revealed]
            try #require(try await droplet.deploy("v1", variables: variables).isSuccess)
            let killed = StagedRun(droplet: droplet, variables: variables)
            _ = try await killed.deploy("v2", as: "killed", at: "start") { $0.send(SIGKILL) }
            try await droplet.root("printf '{\"sequence\":5,\"prev\\000\\000' >>\(Self.trail)")
            let next = try await droplet.deploy("v2", variables: variables)
            #expect(next.isSuccess, "\(next.errorOutput)")
            let shown = try await droplet.stage("audit", "show", variables: variables)
            #expect(shown.output.contains("record 4 was interrupted"), "\(shown.output)")
            let verified = try await droplet.stage("audit", "verify", variables: variables)
            #expect(verified.isSuccess, "\(verified.output)")
            #expect(!verified.output.contains("note:"), "\(verified.output)")
        }
    }
}
