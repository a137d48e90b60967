import Testing

@testable import DeployKit

struct ReviewTests {
    private static func access(
        _ approval: AccessPolicy.Approval = .reviewed, name: String = "production",
        variables: [String: String] = AccessGuardTests.variables()
    ) throws -> AccessGuard {
        var environment = AccessGuardTests.environment(AccessPolicy(approval: approval))
        environment.name = name
        return try AccessGuard(environment, variables: variables)
    }

    @Test func `production asks GitHub for a reviewer, unless the environment says otherwise by name`() throws {
        #expect(AccessPolicy().approval == .reviewed)
        #expect(try Self.access().needsReview)
        #expect(try Self.access().waiver == nil)
        #expect(try !Self.access(.none).needsReview)
        #expect(try Self.access(.none).waiver == "no approval")
        #expect(try !Self.access(.required(approvers: [])).needsReview)
        #expect(try Self.access(.required(approvers: [])).approverNames == [])
    }

    @Test func `named approvers take the place of GitHub's reviewers, and nothing is waived then`() throws {
        let approvers = ["DEPLOYKIT_APPROVERS": "bia=\(try AuditKey.generate().publicKey)"]
        for approval in [AccessPolicy.Approval.reviewed, .none] {
            let access = try Self.access(approval, variables: AccessGuardTests.variables(approvers))
            #expect(!access.needsReview)
            #expect(access.waiver == nil)
            #expect(access.approverNames == ["bia"])
        }
    }

    @Test func `neither staging nor a person's own machine asks for a reviewer`() throws {
        for approval in [AccessPolicy.Approval.reviewed, .none] {
            for access in [
                try Self.access(approval, name: "staging"), try Self.access(approval, variables: ["USER": "ana"]),
            ] {
                #expect(!access.needsReview)
                #expect(access.waiver == nil)
            }
        }
    }

    @Test func `a reviewer is whoever approved this environment, and neither started the run nor ran it again`() throws
    {
        let access = try Self.access(variables: AccessGuardTests.variables(["GITHUB_TRIGGERING_ACTOR": "carla"]))
        func approval(_ user: String, _ environments: [String] = ["production"], yes: Bool = true) -> GitHubApproval {
            GitHubApproval(user: user, isApproved: yes, environments: environments)
        }
        #expect(try access.reviewer(in: [approval("bia", yes: false), approval("dora")]) == "dora")
        for approvals in [
            [], [approval("ana")], [approval("Carla")], [approval("bia", ["staging"])], [approval("bia", yes: false)],
            [approval("")],
        ] {
            #expect(throws: DeployError.self) { try access.reviewer(in: approvals) }
        }
    }

    @Test(arguments: GitHubError.Kind.allCases)
    func `whatever keeps GitHub from answering, the deploy is refused, and the permission named`(
        _ kind: GitHubError.Kind
    ) throws {
        let error = try Self.access().unreviewed(GitHubError(kind, action: "asking", message: "status 403"))
        #expect(error.code == .refused)
        #expect(error.evidence == ["GitHub: asking failed (\(kind.rawValue)): status 403"])
        #expect(error.next.contains("actions: read"))
        #expect(error.next.contains("DEPLOYKIT_APPROVERS"))
    }
}
