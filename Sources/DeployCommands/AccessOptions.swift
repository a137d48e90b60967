internal import ArgumentParser
internal import DeployKit

/// Who approved a deploy.
struct ApprovalOptions: ParsableArguments, Sendable {
    @Option(help: "A file with the approval that approve wrote; DEPLOYKIT_APPROVAL by default.")
    var approval: String?
}

extension CommandContext {
    /// Lets a command change the environment, or refuses it before anything is connected to.
    ///
    /// - Returns: How the audit trail is written, with what was let through only because a person said so.
    func admitted(_ options: AuditOptions) throws -> AuditSettings {
        try admitted(options, by: AccessGuard(environment, variables: variables))
    }

    private func admitted(_ options: AuditOptions, by access: AccessGuard) throws -> AuditSettings {
        var settings = try auditSettings(options)
        settings.overrides = try access.admit(allowing: options.allowRef)
        return settings
    }

    /// The same for a deploy: it is of the branch that is checked out in a folder, and may need an approval of its commit.
    func admitted(_ options: AuditOptions, _ approval: ApprovalOptions, folder: String?) async throws -> AuditSettings {
        let access = try AccessGuard(
            environment, variables: variables, checkedOut: try await checkedOutRef(in: folder))
        var settings = try admitted(options, by: access)
        if let waiver = access.waiver { settings.overrides.append(waiver) }
        if access.needsReview { settings.approver = try await reviewer(access) }
        guard access.approverNames != nil else { return settings }
        let envelope = try self.approval(approval.approval)
        settings.approver =
            try access.approval(envelope, of: try await commit(in: folder), at: settings.time())?.approver ?? ""
        return settings
    }

    /// What is checked out, where nothing else says of which ref the run is.
    private func checkedOutRef(in folder: String?) async throws -> String? {
        let run = RunIdentity(from: variables)
        guard !run.isInGitHub, run.ref == nil else { return nil }
        return try await SourceTree.ref(folder, shell: shell)
    }

    /// Who let the run into production at GitHub.
    private func reviewer(_ access: AccessGuard) async throws -> String {
        let approvals: [GitHubApproval]
        do throws(GitHubError) {
            guard let github, github.hasToken else {
                throw GitHubError(.unauthorized, action: "reading the run's approvals", message: "there is no token")
            }
            approvals = try await github.approvals()
        } catch {
            throw access.unreviewed(error)
        }
        return try access.reviewer(in: approvals)
    }

    private func approval(_ file: String?) throws -> SignedEnvelope? {
        if let file { return try SignedEnvelope.read(file) }
        guard let text = variables["DEPLOYKIT_APPROVAL"], !text.isEmpty else { return nil }
        return try SignedEnvelope(text: text, from: "DEPLOYKIT_APPROVAL")
    }

    /// The commit that is deployed, in full: the run's in GitHub Actions, else the one that is checked out.
    private func commit(in folder: String?) async throws -> String {
        if RunIdentity(from: variables).isInGitHub, let commit = variables["GITHUB_SHA"], !commit.isEmpty {
            return commit
        }
        let source = try await SourceTree.read(folder, shell: shell)
        guard source.isClean else {
            throw DeployError(
                .refused, "an approval is of a commit, and the files that are checked out differ from \(source.commit)",
                evidence: source.changedFiles.prefix(10).map { "changed: \($0)" },
                next: "Commit the changes and have that commit approved, or put them away with git stash.")
        }
        return source.commit
    }
}
