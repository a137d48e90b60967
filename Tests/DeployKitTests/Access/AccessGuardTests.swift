import DeployKit
import Testing

struct AccessGuardTests {
    static func environment(_ access: AccessPolicy = AccessPolicy()) -> Environment {
        Environment(
            application: "bankflow", name: "production", branch: "main", routes: [Route("example.com", to: "site")],
            access: access)
    }

    /// The variables of a run of GitHub Actions.
    static func variables(_ others: [String: String] = [:]) -> [String: String] {
        ["GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/main", "GITHUB_ACTOR": "ana"].merging(others) { $1 }
    }

    static func admit(
        _ variables: [String: String], allowing ref: String? = nil, access: AccessPolicy = AccessPolicy()
    ) throws -> [String] {
        try AccessGuard(environment(access), variables: variables).admit(allowing: ref)
    }

    @Test func `the environment's own branch comes through, and nothing is remembered of it`() throws {
        #expect(try Self.admit(Self.variables()) == [])
        #expect(try Self.admit(Self.variables(), allowing: "main") == [])
    }

    @Test(arguments: ["refs/heads/staging", "refs/heads/hotfix/main", "refs/tags/main", "main", ""])
    func `another ref is refused before anything is connected to`(_ ref: String) {
        let error = #expect(throws: DeployError.self) { try Self.admit(Self.variables(["GITHUB_REF": ref])) }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("only refs/heads/main changes bankflow-production") == true)
    }

    @Test(arguments: ["hotfix", "refs/heads/hotfix"])
    func `another ref comes through by its exact name, which is handed on`(_ name: String) throws {
        let variables = Self.variables(["GITHUB_REF": "refs/heads/hotfix"])
        #expect(try Self.admit(variables, allowing: name) == ["ref refs/heads/hotfix"])
        let error = #expect(throws: DeployError.self) { try Self.admit(variables, allowing: "hotfi") }
        #expect(error?.evidence == ["--allow-ref names hotfi, which is another one"])
        #expect(throws: DeployError.self) {
            try Self.admit(Self.variables(["GITHUB_REF": "refs/tags/hotfix"]), allowing: "hotfix")
        }
    }

    @Test(arguments: [
        ["GITHUB_REF": "refs/pull/7/merge"], ["GITHUB_EVENT_NAME": "pull_request"],
        ["GITHUB_EVENT_NAME": "pull_request_target"], ["GITHUB_HEAD_REF": "evil"],
    ])
    func `a pull request never comes through, whatever it is called`(_ others: [String: String]) {
        for name in [nil, "refs/pull/7/merge", "main"] {
            #expect(throws: DeployError.self) { try Self.admit(Self.variables(others), allowing: name) }
        }
    }

    @Test func `outside of GitHub Actions only a ref that is said counts`() throws {
        #expect(try Self.admit(["USER": "ana", "GITHUB_REF": "refs/heads/x"]) == [])
        #expect(try Self.admit(["USER": "ana", "DEPLOYKIT_REF": "main"]) == [])
        #expect(throws: DeployError.self) { try Self.admit(["USER": "ana", "DEPLOYKIT_REF": "staging"]) }
        #expect(throws: DeployError.self) {
            try Self.admit(Self.variables(["GITHUB_REF": "x", "DEPLOYKIT_REF": "main"]))
        }
    }

    @Test func `by hand, what is checked out counts unless a person says the ref`() throws {
        func admit(_ checkedOut: String?, _ variables: [String: String] = [:], allowing: String? = nil) throws
            -> [String]
        {
            let variables = ["USER": "ana"].merging(variables) { $1 }
            return try AccessGuard(Self.environment(), variables: variables, checkedOut: checkedOut)
                .admit(allowing: allowing)
        }
        let commit = String(repeating: "c0ffee00", count: 5)
        #expect(try admit("refs/heads/main") == [])
        #expect(try admit(nil) == [])
        #expect(try admit("refs/heads/hotfix", allowing: "hotfix") == ["ref refs/heads/hotfix"])
        #expect(try admit(commit, allowing: commit) == ["ref \(commit)"])
        #expect(try admit(commit, ["DEPLOYKIT_REF": "main"]) == [])
        #expect(throws: DeployError.self) { try admit("refs/heads/main", ["DEPLOYKIT_REF": "hotfix"]) }
        #expect(throws: DeployError.self) { try admit("refs/heads/hotfix") }
        let error = #expect(throws: DeployError.self) { try admit(commit, allowing: "hotfix") }
        #expect(error?.message == "only refs/heads/main changes bankflow-production, and no branch is checked out")
        #expect(
            error?.evidence == ["HEAD is detached at \(commit)", "--allow-ref names hotfix, which is another one"])
        #expect(error?.next.contains("DEPLOYKIT_REF") == true)
        #expect(error?.next.contains("--allow-ref \(commit)") == true)
        #expect(throws: DeployError.self) {
            try AccessGuard(
                Self.environment(), variables: Self.variables(["GITHUB_REF": "refs/heads/x"]),
                checkedOut: "refs/heads/main"
            ).admit()
        }
    }

    @Test(arguments: [
        (["GITHUB_ACTOR": "Ana"], true),
        (["GITHUB_ACTOR": "eve"], false),
        (["GITHUB_ACTOR": "ana", "GITHUB_TRIGGERING_ACTOR": "eve"], false),
        (["GITHUB_ACTOR": "eve", "GITHUB_TRIGGERING_ACTOR": "ana"], false),
        (["GITHUB_ACTOR": "eve", "DEPLOYKIT_ACTOR": "ana"], false),
        (["GITHUB_ACTOR": ""], false),
        (["GITHUB_ACTOR": "ana", "GITHUB_TRIGGERING_ACTOR": "bia"], true),
    ])
    func `everybody behind a run has to be on the list, as GitHub says it`(_ others: [String: String], isAllowed: Bool)
    {
        let access = AccessPolicy(actors: ["ana", "bia"])
        #expect(((try? Self.admit(Self.variables(others), access: access)) != nil) == isAllowed)
    }

    @Test func `a variable narrows the list, and never widens it`() throws {
        let access = AccessPolicy(actors: ["ana", "bia"])
        func isAllowed(_ actor: String, _ list: String, _ access: AccessPolicy) -> Bool {
            let variables = Self.variables(["GITHUB_ACTOR": actor, "DEPLOYKIT_ALLOWED_ACTORS": list])
            return (try? Self.admit(variables, access: access)) != nil
        }
        #expect(isAllowed("ana", "Ana, eve", access))
        #expect(!isAllowed("bia", "Ana, eve", access))
        #expect(!isAllowed("eve", "Ana, eve", access))
        #expect(isAllowed("eve", "ana,eve", AccessPolicy()))
        #expect(!isAllowed("bia", "ana,eve", AccessPolicy()))
        #expect(!isAllowed("ana", " , ", AccessPolicy()))
    }

    @Test func `who runs is whom GitHub names, inside of GitHub Actions`() {
        #expect(RuntimeSettings.actor(["DEPLOYKIT_ACTOR": "bot", "USER": "ana"]) == "bot")
        #expect(RuntimeSettings.actor(Self.variables(["DEPLOYKIT_ACTOR": "bot"])) == "ana")
        #expect(RuntimeSettings.actor(Self.variables(["GITHUB_TRIGGERING_ACTOR": "bia"])) == "bia")
    }
}
