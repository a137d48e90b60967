extension AccessGuard {
    /// Whether a deploy needs the word of a reviewer at GitHub, because nobody else's is asked for.
    ///
    /// GitHub holds a run up for reviewers only where the plan has them and somebody named them. So production asks
    /// whether anybody did approve, and takes no silence for a yes.
    public var needsReview: Bool { asksForAnybody && environment.access.approval == .reviewed }

    /// What the audit trail says of a deploy to production that needs nobody's word because the environment says so.
    public var waiver: String? { asksForAnybody && environment.access.approval == .none ? "no approval" : nil }

    private var asksForAnybody: Bool { environment.isProduction && run.isInGitHub && approvers == nil }

    /// The reviewer who let the run into the environment, and is none of those who run it.
    ///
    /// - Parameter approvals: What people said of the run at GitHub.
    /// - Returns: Their name.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` where there is none.
    public func reviewer(in approvals: [GitHubApproval]) throws(DeployError) -> String {
        let own = approvals.filter { approval in
            approval.environments.contains { $0.isSamePerson(as: environment.name) }
        }
        func runs(_ name: String) -> Bool { run.actors.contains { $0.isSamePerson(as: name) } }
        if let approval = own.first(where: { $0.isApproved && !$0.user.isEmpty && !runs($0.user) }) {
            return approval.user
        }
        throw DeployError(
            .refused,
            "nobody but \(run.actors.list) approved this run, and a deploy to \(environment.scope) needs the word of "
                + "somebody else",
            evidence: own.map { approval in
                "\(approval.user) \(approval.isApproved ? "approved it" : "rejected it")"
                    + (runs(approval.user) ? ", and runs it" : "")
            },
            next: "Name required reviewers of the environment \(environment.name) at GitHub. \(otherWays)")
    }

    /// Why a deploy is refused when GitHub does not say who approved the run: nobody knows that somebody did.
    public func unreviewed(_ error: GitHubError) -> DeployError {
        let advice =
            switch error.kind {
            case .unauthorized, .forbidden, .notFound:
                "Give the job the permission actions: read, and hand its token to the step as GITHUB_TOKEN."
            case .conflict, .invalid, .limited, .unavailable, .unreachable, .malformed:
                "Run the job again when GitHub answers; it needs the permission actions: read."
            }
        return DeployError(
            .refused,
            "it is not known who approved this run, and a deploy to \(environment.scope) needs the word of somebody else",
            evidence: [error.event], next: "\(advice) \(otherWays)")
    }

    private var otherWays: String {
        "Or, where the plan has no reviewers: set DEPLOYKIT_APPROVERS, and DEPLOYKIT_APPROVAL to what one of them gets "
            + "from approve. A team of one says so with approval: .none in the environment's Swift value."
    }
}
