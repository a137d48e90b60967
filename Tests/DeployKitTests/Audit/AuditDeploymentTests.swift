import DeployKitTesting
import Synchronization
import Testing

@testable import DeployKit

/// The trail that whole deploys leave on a droplet in memory.
struct AuditDeploymentTests {
    private let droplet = FakeDroplet(Fixture.environment)
    private let heads = MemoryHeadStore()
    private let key = AuditKey(seed: Secret(bytes: [UInt8](repeating: 7, count: 32)))

    private func deployment(
        on droplet: FakeDroplet? = nil, _ change: (inout AuditSettings) -> Void = { _ in }
    ) -> Deployment<ManualClock> {
        let droplet = droplet ?? self.droplet
        var deployment = Deployment(
            environment: droplet.environment, droplet: droplet, clock: droplet.clock, observer: SilentObserver())
        deployment.audit = AuditSettings(
            key: key, heads: heads, commit: "0123abcd", reason: "a fix", time: droplet.host.time)
        change(&deployment.audit)
        return deployment
    }

    private func deploy(
        _ version: String, on droplet: FakeDroplet? = nil, _ change: (inout AuditSettings) -> Void = { _ in }
    ) async throws {
        let services = ["api", "site"].map { Service(name: $0, kind: .web, port: 8080, hasHealthCheck: true) }
        let candidate = ReleaseCandidate.fake(
            version, services: services, values: ["api.PASSWORD": Secret("sentinel-of-a-secret")])
        _ = try await deployment(on: droplet, change).deploy(candidate, as: LeaseOwner(actor: "ana", action: version))
    }

    private func records() async throws -> [AuditRecord] {
        try await droplet.auditTrail().entries.compactMap(\.record)
    }

    private func verdict() async throws -> AuditVerdict {
        let head = try await heads.head(of: droplet.environment.scope)
        return try await droplet.auditTrail()
            .verify(AuditExpectation(scope: droplet.environment.scope, key: key?.publicKey, head: head))
    }

    @Test func `each change is recorded before and after, signed, and the head is kept elsewhere`() async throws {
        try await deploy("v1")
        try await deploy("v2")
        _ = try await deployment().rollBack(as: LeaseOwner(actor: "bob", action: "rollback", runURL: "https://run"))
        let records = try await records()
        #expect(
            records.map { $0.before?.action.rawValue ?? $0.after?.result.rawValue ?? "chain" } == [
                "chain", "deploy", "succeeded", "deploy", "succeeded", "rollback", "succeeded",
            ])
        let intent = try #require(records[3].before)
        #expect(intent.release?.rawValue == "v2" && intent.releaseBefore?.rawValue == "v1")
        #expect(intent.reason == "a fix" && intent.commit == "0123abcd" && intent.version == "v2")
        #expect(intent.images?.keys.sorted() == ["api", "site"] && intent.plan != nil)
        let outcome = try #require(records[4].after)
        #expect(outcome.intent == 4)
        #expect(outcome.phases?.contains { $0.step == "cut-over" } == true)
        #expect(records[5].actor == "bob" && records[5].runURL == "https://run")
        #expect(records.allSatisfy { $0.at >= 1_700_000_000 })
        let verdict = try await verdict()
        #expect(verdict.isIntact && verdict.notes == [])
        #expect(try await heads.head(of: droplet.environment.scope) == verdict.head)
        #expect(!droplet.auditLines.joined().contains("sentinel"))
    }

    @Test func `a trail that is gone stops a change, whatever else is known of it`() async throws {
        try await deploy("v1")
        try await deploy("v2")
        for left in [3, 0] {
            droplet.tamper { $0 = Array($0.prefix(left)) }
            let error = await #expect(throws: DeployError.self) {
                try await deploy("v3") { $0.heads = NoAuditHeadStore() }
            }
            #expect(error?.code == .audit)
            #expect(error?.evidence.joined().contains("release v2") == true)
        }
        try await deploy("v3") {
            $0.heads = NoAuditHeadStore()
            $0.allowsNewChain = true
        }
    }

    @Test func `nothing is recorded where nothing is changed`() async throws {
        try await deploy("v1")
        let lines = droplet.auditLines
        try await deploy("v1")
        _ = try await deployment().prune(as: LeaseOwner(actor: "ana", action: "prune"))
        #expect(droplet.auditLines == lines)
    }

    @Test func `a prune is recorded with what it removes`() async throws {
        for number in 1...5 { try await deploy("v\(number)") }
        var environment = droplet.environment
        environment.retention.releases = 1
        var pruning = Deployment(
            environment: environment, droplet: droplet, clock: droplet.clock, observer: SilentObserver())
        pruning.audit = AuditSettings(key: key, time: droplet.host.time)
        let removed = try await pruning.prune(as: LeaseOwner(actor: "ana", action: "prune"))
        #expect(removed.count == 2)
        #expect(try await records().suffix(2).first?.before?.removed == removed)
        #expect(try await verdict().isIntact)
    }

    @Test func `a failed deploy is recorded with the step, the decision and the facts, in no service's words`()
        async throws
    {
        try await deploy("v1")
        droplet.setBehaviour(of: "api", in: "v2", to: .exits(3, after: .milliseconds(100), printing: "no luck"))
        await #expect(throws: DeployError.self) { try await deploy("v2") }
        let outcome = try #require(try await records().last?.after)
        #expect(outcome.result == .failed && outcome.code == "unhealthy" && outcome.step == "gate")
        #expect(outcome.decision == .discard)
        #expect(outcome.facts?.joined().contains("exit status 3") == true, "\(outcome.facts ?? [])")
        #expect(!droplet.auditLines.joined().contains("no luck"))
        #expect(try await verdict().isIntact)
    }

    @Test(arguments: [FakeCall.stage, .start, .cutOver, .record], FakeFault.Moment.allCases)
    func `a run that died leaves an intent without an end, which the next run names`(
        call: FakeCall, moment: FakeFault.Moment
    ) async throws {
        try await deploy("v1")
        droplet.inject(.dies(moment), at: .next(call))
        try? await deploy("v2")
        let next = droplet.forAnotherRunner()
        #expect(try await next.auditTrail().openIntent == 4)
        try await deploy("v3", on: next)
        let intent = try await next.auditTrail().entries.compactMap { $0.record?.before }.last
        #expect(intent?.interrupted == 4)
    }

    @Test(arguments: [1, 2], FakeFault.Moment.allCases)
    func `a run that dies in the middle of a record leaves a trail that goes on`(
        number: Int, moment: FakeFault.Moment
    ) async throws {
        try await deploy("v1")
        droplet.inject(.dies(moment), at: .call(.appendAudit, number))
        try? await deploy("v2")
        let next = droplet.forAnotherRunner()
        try await deploy("v3", on: next)
        let trail = try await next.auditTrail()
        let verdict = trail.verify(AuditExpectation(scope: next.environment.scope, key: key?.publicKey))
        #expect(verdict.problems.map(\.text) == [] && verdict.notes == [])
        #expect(try await heads.head(of: next.environment.scope) == verdict.head)
        if moment == .during { #expect(trail.entries.contains { $0.record?.before?.torn ?? 0 > 0 }) }
    }

    @Test func `a deploy whose trail does not verify changes nothing, unless told to begin a new chain`() async throws {
        try await deploy("v1")
        try await deploy("v2")
        droplet.tamper { $0.edit(1, "ana", "eve") }
        let effects = droplet.effects.count
        let error = await #expect(throws: DeployError.self) { try await deploy("v3") }
        #expect(error?.code == .audit)
        #expect(error?.evidence == ["edited: record 2: its text is not the one that was written"])
        #expect(error?.next.contains("--new-audit-chain") == true)
        await #expect(throws: DeployError.self) {
            _ = try await deployment().rollBack(as: LeaseOwner(actor: "ana", action: "rollback"))
        }
        #expect(droplet.effects.count == effects)

        let broken = try await droplet.auditTrail()
        try await deploy("v3") { $0.allowsNewChain = true }
        let chain = try #require(try await records().first?.chain?.broken)
        #expect(chain.digest == broken.digest && chain.lines == 5 && chain.head?.sequence == 5)
        #expect(chain.problems == error?.evidence)
        #expect(droplet.formerAuditTrails == [broken])
        #expect(try await droplet.auditTrail().entries.map(\.sequence) == [6, 7, 8])
        #expect(try await verdict().isIntact)
        try await deploy("v4")
    }

    @Test func `a trail that is gone stops a deploy where the head is known`() async throws {
        try await deploy("v1")
        droplet.tamper { $0.removeAll() }
        let error = await #expect(throws: DeployError.self) { try await deploy("v2") }
        #expect(error?.code == .audit)
        #expect(error?.message.contains("is gone") == true)
        try await deploy("v2") { $0.allowsNewChain = true }
        #expect(try await verdict().isIntact)
    }

    @Test(arguments: FakeFault.Moment.allCases)
    func `a run that dies while it begins a new chain is followed by one that can go on`(
        moment: FakeFault.Moment
    ) async throws {
        try await deploy("v1")
        droplet.tamper { $0.remove(at: 1) }
        droplet.inject(.dies(moment), at: .next(.renewAudit))
        try? await deploy("v2") { $0.allowsNewChain = true }
        let next = droplet.forAnotherRunner()
        try await deploy("v2", on: next) { $0.allowsNewChain = true }
        let verdict = try await next.auditTrail()
            .verify(AuditExpectation(scope: next.environment.scope, key: key?.publicKey))
        #expect(verdict.problems.map(\.text) == [])
        try await deploy("v3", on: next)
    }

    @Test func `a trail becomes signed with a new chain, and never unsigned again`() async throws {
        try await deploy("v1") { $0.key = nil }
        let error = await #expect(throws: DeployError.self) { try await deploy("v2") }
        #expect(error?.evidence == ["unsigned: records 1 to 3: no signature"])
        try await deploy("v2") { $0.allowsNewChain = true }
        let refused = await #expect(throws: DeployError.self) { try await deploy("v3") { $0.key = nil } }
        #expect(refused?.code == .refused)
        #expect(refused?.next.contains("key") == true)
        try await deploy("v3")
    }

    @Test func `an environment that requires a signature is refused without the key before anything is changed`()
        async throws
    {
        var environment = Fixture.environment
        environment.audit.requiresSignature = true
        let droplet = FakeDroplet(environment)
        let error = await #expect(throws: DeployError.self) { try await deploy("v1", on: droplet) { $0.key = nil } }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("DEPLOYKIT_AUDIT_KEY") == true)
        #expect(error?.next.contains("keygen") == true)
        #expect(droplet.effects == [])
        try await deploy("v1", on: droplet)
    }

    @Test func `a change whose end cannot be written says that it was made`() async throws {
        try await deploy("v1")
        droplet.inject(.fails(.audit, "the disk is full"), at: .call(.appendAudit, 2))
        let error = await #expect(throws: DeployError.self) { try await deploy("v2") }
        #expect(error?.code == .audit)
        #expect(error?.serving == "release v2 serves")
        #expect(error?.evidence == ["the disk is full"])
    }

    @Test func `a change whose beginning cannot be written is not made`() async throws {
        try await deploy("v1")
        let effects = droplet.effects
        droplet.inject(.fails(.audit, "the disk is full"), at: .next(.appendAudit))
        await #expect(throws: DeployError.self) { try await deploy("v2") }
        #expect(droplet.effects == effects)
    }

    @Test func `a place for heads that does not answer stops nothing`() async throws {
        try await deploy("v1") { $0.heads = FailingHeadStore() }
        #expect(try await droplet.observe().servingRelease?.id.rawValue == "v1")
    }
}

/// Keeps heads in memory.
private final class MemoryHeadStore: AuditHeadStore {
    private let heads = Mutex<[String: AuditHead]>([:])

    func head(of scope: String) async throws -> AuditHead? { heads.withLock { $0[scope] } }

    func save(_ head: AuditHead, of scope: String) async throws { heads.withLock { $0[scope] = head } }
}

private struct FailingHeadStore: AuditHeadStore {
    func head(of scope: String) async throws -> AuditHead? { throw DeployError(.audit, "no answer") }

    func save(_ head: AuditHead, of scope: String) async throws { throw DeployError(.audit, "no answer") }
}
