/// A deployment as GitHub shows it in a repository.
public struct GitHubDeployment: Sendable, Hashable, Identifiable {
    /// Its number.
    public var id: Int

    /// How far a deployment is.
    public enum State: String, Sendable, Hashable, Codable {
        /// It runs.
        case inProgress = "in_progress"
        /// The release serves.
        case success
        /// The release does not serve; what served before does.
        case failure
        /// It ended for a reason that is not the release's.
        case error
        /// Another deployment of the environment took its place.
        case inactive
    }
}

extension GitHubClient {
    /// Creates a deployment of the run's commit, or finds the one that an earlier try of this run created.
    ///
    /// - Parameters:
    ///   - environment: The environment's name, as `production`.
    ///   - description: What is deployed, in a few words.
    ///   - isProduction: Whether people use that environment directly.
    /// - Returns: The deployment.
    /// - Throws: ``GitHubError``, when GitHub has refused it or does not answer.
    public func createDeployment(
        to environment: String, description: String, isProduction: Bool
    ) async throws(GitHubError) -> GitHubDeployment {
        let action = "creating a deployment"
        let marker = "\(context.runID)-\(context.attempt)-\(environment)"
        let body: JSONValue = [
            "ref": .string(context.commit),
            "environment": .string(environment),
            "description": .string(String(description.prefix(140))),
            "payload": ["deploykit": .string(marker)],
            "production_environment": .bool(isProduction),
            // Neither merges anything, nor waits for statuses: what has to pass is checked before.
            "auto_merge": false,
            "required_contexts": [],
        ]
        let answer = try await create("/deployments", body: body, action: action) { () async throws(GitHubError) in
            try await deployment(of: marker, in: environment)
        }
        guard let id = answer["id"]?.integer else {
            throw GitHubError(.malformed, action: action, message: "the answer names no deployment")
        }
        return GitHubDeployment(id: id)
    }

    /// Says how far a deployment is.
    ///
    /// - Parameters:
    ///   - state: How far it is.
    ///   - deployment: Which one.
    ///   - environmentURL: Where the environment is seen; nil where it has no page.
    ///   - description: What happened, in a few words; GitHub keeps 140 characters.
    /// - Throws: ``GitHubError``, when GitHub has refused it or does not answer.
    public func setState(
        _ state: GitHubDeployment.State, of deployment: GitHubDeployment, environmentURL: String?, description: String
    ) async throws(GitHubError) {
        var members: [String: JSONValue] = [
            "state": .string(state.rawValue),
            "description": .string(String(description.prefix(140))),
            // Only a release that serves takes the place of the one before.
            "auto_inactive": .bool(state == .success),
        ]
        if !context.runURL.isEmpty { members["log_url"] = .string(context.runURL) }
        if let environmentURL { members["environment_url"] = .string(environmentURL) }
        // The same state twice does no harm, so it is sent again without a look.
        _ = try await create(
            "/deployments/\(deployment.id)/statuses", body: .object(members), action: "reporting a deployment's state"
        ) { () async throws(GitHubError) in nil }
    }

    /// The commit of the last deployment to an environment that ended well.
    ///
    /// - Parameter environment: The environment's name, as `production`.
    /// - Returns: The commit's full hash; nil where none of the last 30 deployments ended well.
    /// - Throws: ``GitHubError``, when GitHub refuses to say it or does not answer.
    public func deployedCommit(to environment: String) async throws(GitHubError) -> String? {
        let action = "looking for what was deployed"
        let list = try await read("/deployments?environment=\(environment.percentEncoded)&per_page=30", action: action)
        // The newest is the first.
        for deployment in list.elements {
            guard let id = deployment["id"]?.integer, let commit = deployment["sha"]?.string else { continue }
            let statuses = try await read("/deployments/\(id)/statuses?per_page=100", action: action)
            // One that another deployment took the place of ended as it did before that.
            let last = statuses.elements
                .filter { $0["state"]?.string != GitHubDeployment.State.inactive.rawValue }
                .max { ($0["id"]?.integer ?? 0) < ($1["id"]?.integer ?? 0) }
            if last?["state"]?.string == GitHubDeployment.State.success.rawValue { return commit }
        }
        return nil
    }

    private func deployment(of marker: String, in environment: String) async throws(GitHubError) -> JSONValue? {
        let query = "sha=\(context.commit.percentEncoded)&environment=\(environment.percentEncoded)&per_page=20"
        let list = try await read("/deployments?\(query)", action: "looking for a deployment")
        return list.elements.first { element in
            // GitHub hands a payload back as it was sent, or as the text of it.
            let payload = element["payload"]
            let text = payload?.string.flatMap { try? JSONValue(parsing: $0) } ?? payload
            return text?["deploykit"]?.string == marker
        }
    }
}

extension String {
    /// The text as a part of a URL's query.
    var percentEncoded: String {
        utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default:
                "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
