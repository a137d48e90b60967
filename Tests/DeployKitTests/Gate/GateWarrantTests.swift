import DeployKitTesting
import Foundation
import Testing

@testable import DeployKit

struct GateWarrantTests {
    let key: AuditKey
    let folder: TemporaryFolder
    let source = SourceTree(commit: String(repeating: "c", count: 40), tree: "t1", committedAt: 1)
    var production = Environment(application: "bankflow", name: "production", branch: "main", routes: [])

    init() throws {
        key = try AuditKey.generate()
        folder = try TemporaryFolder()
        production.gates = GatePolicy(
            [
                Gate("lint", title: "Lint", runs: .command(["lint"])),
                Gate("secrets", title: "Secrets", kind: .security, runs: .secrets),
                Gate("images", title: "Images", kind: .security, runs: .images, isOptional: true),
            ], isRequired: true)
    }

    /// A record in which all gates have the outcomes that are said, or passed.
    private func record(
        _ outcomes: [String: GateResult.Outcome] = [:], without: String = "", environment: Environment? = nil,
        tree: SourceTree? = nil, isWhole: Bool = true
    ) -> GateRecord {
        let gates = production.gates.gates.filter { $0.name != without }
        return GateRecord(
            of: gates.map { GateResult(of: $0, outcomes[$0.name] ?? .passed) }, environment: environment ?? production,
            source: tree ?? source, isWhole: isWhole, endedAt: 1, actor: "ana")
    }

    private func file(_ record: GateRecord, by key: AuditKey?) throws -> String {
        let path = folder.url.appending(path: "gates.json").path
        try SignedEnvelope(record, type: GateRecord.type, key: key).write(to: path)
        return path
    }

    private func reasons(
        _ record: String?, trusting trusted: AuditPublicKey?, github: GitHubClient? = nil, source: SourceTree? = nil,
        in environment: Environment? = nil
    ) async -> [String] {
        let warrant = GateWarrant(
            for: environment ?? production, record: record, trusted: trusted, github: github)
        switch await warrant.verdict(on: source ?? self.source) {
        case .given: return []
        case .missing(let reasons): return reasons
        }
    }

    @Test func `a signed record of the same tree vouches, also for another commit`() async throws {
        let path = try file(record(["images": .skipped]), by: key)
        #expect(await reasons(path, trusting: key.publicKey) == [])
        var merged = source
        merged.commit = String(repeating: "d", count: 40)
        #expect(await reasons(path, trusting: key.publicKey, source: merged) == [])
    }

    struct Flaw: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout GateRecord) -> Void
    }

    @Test(arguments: [
        Flaw(testDescription: "it is of another tree") { $0.tree = "t2" },
        Flaw(testDescription: "it is of the environment staging, not of production") { $0.environment = "staging" },
        Flaw(testDescription: "it is of the application other, not of bankflow") { $0.application = "other" },
        Flaw(testDescription: "it is of a part of the gates") { $0.isWhole = false },
        Flaw(testDescription: "the gate lint is not in it") { $0.results.removeFirst() },
        Flaw(testDescription: "the gate lint failed") { $0.results[0].outcome = .failed },
        Flaw(testDescription: "the gate secrets tool missing") { $0.results[1].outcome = .toolMissing },
        Flaw(testDescription: "the gate secrets was skipped") { $0.results[1].outcome = .skipped },
        Flaw(testDescription: "the gate images failed") { $0.results[2].outcome = .failed },
    ])
    func `a record that does not fit does not vouch`(_ flaw: Flaw) async throws {
        var record = record()
        flaw.change(&record)
        let found = await reasons(try file(record, by: key), trusting: key.publicKey)
        #expect(found.contains { $0.contains(flaw.testDescription) }, "\(found)")
    }

    @Test func `a record that was changed, is signed by another key, or not at all does not vouch`() async throws {
        let path = try file(record(["lint": .failed]), by: key)
        var envelope = try SignedEnvelope.read(path)
        let better = try SignedEnvelope(record(), type: GateRecord.type, key: nil)
        envelope.payload = better.payload
        try envelope.write(to: path)
        #expect(await reasons(path, trusting: key.publicKey)[0].contains("not signed with the trusted key"))
        for other in [try AuditKey.generate(), nil] {
            let path = try file(record(), by: other)
            #expect(await reasons(path, trusting: key.publicKey)[0].contains("not signed with the trusted key"))
        }
        #expect(await reasons(try file(record(), by: key), trusting: nil)[0].contains("no key is trusted"))
        #expect(await reasons("/nowhere/gates.json", trusting: key.publicKey)[0].contains("cannot be read"))
    }

    @Test func `files that are those of no commit have no warrant`() async throws {
        var changed = source
        changed.changedFiles = ["a.rs"]
        let found = await reasons(try file(record(), by: key), trusting: key.publicKey, source: changed)
        #expect(found == ["the files are not those of a commit: a.rs"])
    }

    @Test
    func `an environment that requires none takes a record without a signature, and refuses one that does not fit`()
        async throws
    {
        var staging = production
        staging.name = "staging"
        staging.gates.isRequired = false
        let good = try file(record(environment: staging), by: nil)
        #expect(await reasons(good, trusting: nil, in: staging) == [])
        let bad = try file(record(["lint": .failed], environment: staging), by: nil)
        #expect(await reasons(bad, trusting: nil, in: staging).count == 1)
    }

    private func github(_ checks: FakeGitHub, token: String = "t") throws -> GitHubClient {
        let context = try #require(
            GitHubContext(from: [
                "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/bankflow", "GITHUB_RUN_ID": "1",
                "GITHUB_TOKEN": token,
            ]))
        return GitHubClient(context: context, transport: checks)
    }

    @Test func `GitHub's check of the commit vouches where there is no record`() async throws {
        let fake = FakeGitHub()
        #expect(
            await reasons(nil, trusting: nil, github: try github(fake)).last?.contains("has no check Gates") == true)
        fake.addCheck("Other")
        fake.addCheck("production / Gates")
        #expect(await reasons(nil, trusting: nil, github: try github(fake)) == [])
        fake.addCheck("Gates", conclusion: "failure")
        #expect(
            await reasons(nil, trusting: nil, github: try github(fake)).last
                == "GitHub's checks: Gates ended with failure")
        let running = FakeGitHub()
        running.addCheck("Gates", status: "in_progress", conclusion: "")
        #expect(
            await reasons(nil, trusting: nil, github: try github(running)).last
                == "GitHub's checks: Gates has not ended")
    }

    @Test func `a check that another app wrote is no job's`() async throws {
        let fake = FakeGitHub()
        fake.addCheck("Gates", by: "somebody")
        #expect(
            await reasons(nil, trusting: nil, github: try github(fake)).last?.contains("has no check Gates") == true)
    }

    @Test func `a trusted record of the same tree that says a gate did not pass is the last word`() async throws {
        let fake = FakeGitHub()
        fake.addCheck("Gates")
        for outcome in [GateResult.Outcome.failed, .skipped] {
            let path = try file(record(["lint": outcome]), by: key)
            let found = await reasons(path, trusting: key.publicKey, github: try github(fake))
            #expect(found.count == 1 && found[0].contains("the gate lint"), "\(found)")
        }
        #expect(fake.requests.isEmpty)
        // What says nothing of these files, or that nobody signed, leaves the word to the checks.
        var other = source
        other.tree = "t2"
        for (record, signer) in [
            (record(["lint": .failed], tree: other), key), (record(["lint": .failed]), try AuditKey.generate()),
            (record(isWhole: false), key),
        ] {
            let path = try file(record, by: signer)
            #expect(await reasons(path, trusting: key.publicKey, github: try github(fake)) == [])
        }
    }

    @Test func `production needs what looks after security, whatever a gate says, unless it is optional`() {
        var production = production
        var staging = production
        staging.name = "staging"
        let scan = Gate("scan", title: "Scan", kind: .security, runs: .secrets, neededBy: [])
        #expect(scan.isNeeded(by: production) && !scan.isNeeded(by: staging))
        var quality = scan
        quality.kind = .quality
        #expect(!quality.isNeeded(by: production))
        var optional = scan
        optional.isOptional = true
        #expect(!optional.isNeeded(by: production))
        for (gate, isRequired) in [(scan, true), (quality, false), (optional, false)] {
            production.gates = GatePolicy([gate])
            staging.gates = production.gates
            #expect(production.requiresGates == isRequired)
            #expect(!staging.requiresGates)
        }
    }

    @Test func `it is said of both ways why they do not vouch`() async throws {
        #expect(
            await reasons(nil, trusting: key.publicKey) == [
                "record: none was named with --gate-record", "GitHub's checks: this is no run of GitHub Actions",
            ])
        let forbidden = FakeGitHub()
        forbidden.fail(.status(403))
        #expect(await reasons(nil, trusting: nil, github: try github(forbidden)).last?.contains("forbidden") == true)
        #expect(
            await reasons(nil, trusting: nil, github: try github(forbidden, token: "")).last
                == "GitHub's checks: GITHUB_TOKEN is not set")
    }
}
