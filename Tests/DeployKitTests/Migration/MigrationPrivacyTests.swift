import DeployKit
import DeployKitTesting
import Testing

/// What a failed migration printed, in the places where it stays.
struct MigrationPrivacyTests {
    private let droplet: FakeDroplet
    private let words = "cannot connect to postgres://bank:S3cretWord@db, nor tell ana@example.com"

    init() {
        var environment = Fixture.environment
        environment.migrations = MigrationPolicy(.sql)
        droplet = FakeDroplet(environment)
    }

    private func deploy(_ version: String, reason: String = "") async throws {
        let services = ["api", "site"].map { Service(name: $0, kind: .web, port: 8080, hasHealthCheck: true) }
        var candidate = ReleaseCandidate.fake(
            version, services: services + [Fixture.store], values: ["api.PASSWORD": Secret("S3cretWord")])
        candidate.migrations = [Migration(version: 1, name: "first", sql: "CREATE TABLE a (id int)")]
        var deployment = Deployment(
            environment: droplet.environment, droplet: droplet, clock: droplet.clock, observer: SilentObserver())
        deployment.audit = AuditSettings(reason: reason, time: droplet.host.time)
        _ = try await deployment.deploy(candidate, as: LeaseOwner(actor: "ana", action: version))
    }

    private func fail() async {
        droplet.setBehaviour(ofMigration: 1, to: .fails(words))
        await #expect(throws: DeployError.self) { try await deploy("v1") }
    }

    @Test func `the audit trail has none of it`() async throws {
        await fail()
        let record = try #require(try await droplet.auditTrail().entries.last?.record?.after)
        #expect(record.code == "migration" && record.step == "migrate")
        #expect(record.facts == nil)
        let lines = droplet.auditLines.joined()
        #expect(!lines.contains("S3cretWord") && !lines.contains("ana@example.com"), "\(lines)")
    }

    @Test func `the reason that a person gave is recorded without secrets`() async throws {
        try await deploy("v1", reason: "the password was S3cretWord")
        let lines = droplet.auditLines.joined()
        #expect(lines.contains("the password was <redacted>") && !lines.contains("S3cretWord"), "\(lines)")
    }

    @Test func `the droplet keeps it without secrets, and what a good one printed as well`() async throws {
        await fail()
        let kept = droplet.migrationOutputs.values.joined()
        #expect(kept.contains("cannot connect to postgres://bank:<redacted>@db"), "\(kept)")
        droplet.setBehaviour(ofMigration: 1, to: nil)
        try await deploy("v2")
        #expect(droplet.migrationOutputs.values.contains("applied 1\n"))
    }
}
