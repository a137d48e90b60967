import Testing

@testable import DeployKit

struct ApprovalTests {
    private static let commit = String(repeating: "c0ffee00", count: 5)
    private static let now = 1_800_000_000
    private let key: AuditKey
    private let environment: Environment

    init() throws {
        key = try AuditKey.generate()
        environment = AccessGuardTests.environment(
            AccessPolicy(approval: .required(approvers: [Approver("bia", publicKey: key.publicKey.description)])))
    }

    private func approval() -> Approval {
        Approval(
            application: "bankflow", environment: "production", commit: Self.commit, approver: "bia", at: Self.now)
    }

    private func check(
        _ approval: Approval?, by key: AuditKey? = nil, variables: [String: String] = AccessGuardTests.variables(),
        at now: Int = Self.now + 60
    ) throws -> Approval? {
        let envelope = try approval.map { try SignedEnvelope($0, type: Approval.type, key: key ?? self.key) }
        return try AccessGuard(environment, variables: variables).approval(envelope, of: Self.commit, at: now)
    }

    @Test func `an approval of somebody else's own key counts, for a day`() throws {
        #expect(try check(approval()) == approval())
        #expect(try check(approval(), at: Self.now + 86_399) == approval())
        #expect(throws: DeployError.self) { try check(approval(), at: Self.now + 86_400) }
    }

    @Test func `without one, the error says who gives it and how`() throws {
        let error = #expect(throws: DeployError.self) { try check(nil) }
        #expect(error?.code == .refused)
        #expect(error?.next.contains("One of bia runs approve --commit \(Self.commit)") == true)
    }

    struct Flaw: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout Approval) -> Void
    }

    @Test(arguments: [
        Flaw(testDescription: "it is of commit dead, and") { $0.commit = "dead" },
        Flaw(testDescription: "it is for bankflow staging") { $0.environment = "staging" },
        Flaw(testDescription: "it is for other production") { $0.application = "other" },
        Flaw(testDescription: "it says it is ana's, and the key is bia's") { $0.approver = "ana" },
        Flaw(testDescription: "it was given in the future") { $0.at += 3600 },
        Flaw(testDescription: "it has expired") { $0.expires = $0.at + 10 },
        Flaw(testDescription: "it is valid for more than a week") { $0.expires += 604_800 },
    ])
    func `one that is not for this deploy does not count, and the error says why`(_ flaw: Flaw) throws {
        var approval = approval()
        flaw.change(&approval)
        let error = #expect(throws: DeployError.self) { try check(approval) }
        #expect(error?.message.contains(flaw.testDescription) == true, "\(String(describing: error))")
    }

    @Test func `one that another key signed, or that was changed since, does not count`() throws {
        let error = #expect(throws: DeployError.self) { try check(approval(), by: try AuditKey.generate()) }
        #expect(error?.message.contains("not signed by one of those") == true)
        var other = approval()
        other.commit = String(repeating: "0", count: 40)
        var envelope = try SignedEnvelope(other, type: Approval.type, key: key)
        envelope.payload = try SignedEnvelope(approval(), type: Approval.type, key: nil).payload
        let access = try AccessGuard(environment, variables: AccessGuardTests.variables())
        #expect(throws: DeployError.self) { try access.approval(envelope, of: Self.commit, at: Self.now) }
        let wrongType = try SignedEnvelope(approval(), type: "application/json", key: key)
        #expect(throws: DeployError.self) { try access.approval(wrongType, of: Self.commit, at: Self.now) }
    }

    @Test(arguments: [
        ["GITHUB_ACTOR": "Bia"], ["GITHUB_TRIGGERING_ACTOR": "bia"], ["GITHUB_ACTOR": "", "DEPLOYKIT_ACTOR": "ana"],
    ])
    func `whoever runs the deploy, or ran it again, does not approve it`(_ others: [String: String]) throws {
        #expect(throws: DeployError.self) { try check(approval(), variables: AccessGuardTests.variables(others)) }
    }

    @Test func `a variable names the approvers where the environment does not, and else narrows them`() throws {
        let variables = ["DEPLOYKIT_APPROVERS": "bia=\(key.publicKey), carla=\(try AuditKey.generate().publicKey)"]
        func names(_ approval: AccessPolicy.Approval, _ variables: [String: String]) throws -> [String]? {
            try AccessGuard(AccessGuardTests.environment(AccessPolicy(approval: approval)), variables: variables)
                .approverNames
        }
        #expect(try names(.none, [:]) == nil)
        #expect(try names(.none, variables) == ["bia", "carla"])
        #expect(try names(.required(approvers: []), variables) == ["bia", "carla"])
        #expect(try names(environment.access.approval, variables) == ["bia"])
        let other = ["DEPLOYKIT_APPROVERS": "bia=\(try AuditKey.generate().publicKey)"]
        #expect(try names(environment.access.approval, other) == [])
        for text in ["bia", "bia=", "bia=abc", "=", ","] {
            #expect(throws: DeployError.self) { try names(.none, ["DEPLOYKIT_APPROVERS": text]) }
        }
    }

    @Test func `an environment whose approvers are nobody is not deployed to`() throws {
        let environment = AccessGuardTests.environment(AccessPolicy(approval: .required(approvers: [])))
        let access = try AccessGuard(environment, variables: AccessGuardTests.variables())
        let error = #expect(throws: DeployError.self) { try access.approval(nil, of: Self.commit, at: Self.now) }
        #expect(error?.message.contains("nobody may give one") == true)
    }

    @Test func `records from before there were approvals are read as ever, and new ones say who approved`() throws {
        var intent = AuditIntent(action: .deploy)
        intent.approver = "bia"
        intent.overrides = ["ref refs/heads/hotfix"]
        let record = AuditRecord(scope: "a-b", at: 1, actor: "ana", runURL: "", before: intent)
        let entry = try AuditEntry(record, sequence: 2, previous: String(repeating: "a", count: 64), key: key)
        #expect(AuditEntry(line: entry.bytes)?.record == record)
        let old =
            #"{"sequence":1,"previous":"","actor":"ana","at":1,"before":{"action":"deploy"},"runURL":"","#
            + #""scope":"a-b","signature":""}"#
        let read = try #require(AuditEntry(line: old.utf8)?.record?.before)
        #expect(read.approver == nil && read.overrides == nil)
    }
}
