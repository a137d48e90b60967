import DeployKit
import Testing

struct VariableFindingTests {
    /// What is found in every service here, and is not about variables.
    private static let health: Set = ["services.web.healthcheck", "services.web.healthPath"]

    private func findings(_ service: JSONValue, unset: [String]) -> [Finding] {
        let model = ComposeModel(
            interpolated: ["name": "shop", "services": ["web": ["build": [:], "expose": ["80"]]]],
            uninterpolated: ["services": ["web": service, "inactive": ["image": "x:${INACTIVE}"]]],
            unsetVariables: unset, files: ProjectFiles(root: "/repo"))
        let application = ComposeSplit.split(
            model, for: ComposeFixture.environment(routes: ["a.example.com": "web"]))
        return application.findings.filter { !Self.health.contains($0.subject) }
    }

    @Test func `an unset variable is refused where it is used`() throws {
        let found = findings(["environment": ["DB_URL": "postgres://u:${DB_PASSWORD}@db"]], unset: ["DB_PASSWORD"])
        let refusal = try #require(found.first)
        #expect(refusal.severity == .refusal)
        #expect(refusal.subject == "services.web.environment.DB_URL")
        #expect(refusal.message.contains("DB_PASSWORD"))
        #expect(refusal.advice.contains("Set DB_PASSWORD"))
    }

    private func emptyFindings(
        _ written: JSONValue, read: JSONValue, values: [String: Secret] = [:], empty: Set<String> = [],
        project: [String: JSONValue] = [:]
    ) -> [Finding] {
        let web: JSONValue = ["build": [:], "expose": ["80"], "environment": read]
        let model = ComposeModel(
            interpolated: .object(["name": "shop", "services": ["web": web]].merging(project) { $1 }),
            uninterpolated: .object(["services": ["web": ["environment": written]]].merging(project) { $1 }),
            variableValues: values, emptyVariables: empty, files: ProjectFiles(root: "/repo"))
        return ComposeSplit.split(model, for: ComposeFixture.environment(routes: ["a.example.com": "web"])).findings
            .filter { !Self.health.contains($0.subject) }
    }

    @Test func `a secret that the run sets to an empty text is refused where it is used`() throws {
        let found = emptyFindings(
            ["DB_URL": "postgres://u:${DB_PASSWORD}@db"], read: ["DB_URL": "postgres://u:@db"],
            values: ["DB_PASSWORD": Secret("")], empty: ["DB_PASSWORD"])
        #expect(found.map(\.severity) == [.refusal])
        #expect(found.map(\.subject) == ["services.web.environment.DB_URL"])
        #expect(found.first?.message.contains("it is empty") == true)
        #expect(found.first?.advice.contains("Set DB_PASSWORD") == true)
        #expect(found.first?.advice.contains("GitHub") == true)
    }

    @Test func `one that a file of variables leaves empty is a warning`() {
        let found = emptyFindings(
            ["PW": "${SMTP_PASSWORD}"], read: ["PW": ""], values: ["SMTP_PASSWORD": Secret("")])
        #expect(found.map(\.severity) == [.warning])
    }

    @Test func `an empty secret that has a default is the file's own decision`() {
        let found = emptyFindings(
            ["PW": "${SMTP_PASSWORD:-}"], read: ["PW": ""], values: ["SMTP_PASSWORD": Secret("")],
            empty: ["SMTP_PASSWORD"])
        #expect(found.isEmpty)
    }

    @Test func `a key without a text that the run sets to an empty one is refused`() {
        let found = emptyFindings(["API_KEY"], read: ["API_KEY": ""], empty: ["API_KEY"])
        #expect(found.map(\.subject) == ["services.web.environment.API_KEY"])
        #expect(found.map(\.severity) == [.refusal])
    }

    @Test func `every key of a secret that is not set is refused, and by its name`() {
        let keys = ["A_TOKEN", "B_TOKEN", "C_TOKEN", "D_TOKEN", "E_TOKEN"]
        let found = emptyFindings(
            .array(keys.map { .string($0) }),
            read: .object(Dictionary(uniqueKeysWithValues: (keys + ["LEVEL"]).map { ($0, JSONValue.null) })))
        let refusals = found.filter { $0.severity == .refusal }
        #expect(refusals.map(\.subject) == keys.map { "services.web.environment.\($0)" })
        #expect(refusals.map { $0.advice.contains("GitHub") } == keys.map { _ in true })
        #expect(found.count == keys.count + 1)
    }

    @Test func `a secret without a value that many services ask for is said in one sentence, with a way to do without`()
        throws
    {
        let names = ["a", "b", "c", "d", "e", "f", "g"]
        let service: JSONValue = ["build": [:], "environment": ["KEY": .null]]
        let services = Dictionary(uniqueKeysWithValues: names.map { ($0, service) })
        let refusal = try #require(
            ComposeFixture.split(.object(services)).refusals.first { $0.subject == "services.a.environment.KEY" })
        #expect(refusal.message.contains("here and by b, c, d and 3 more;"))
        #expect(refusal.advice.contains("“KEY=” into .env"))
    }

    @Test func `a key that the file itself leaves empty is nothing`() {
        #expect(emptyFindings(["API_KEY="], read: ["API_KEY": ""]).isEmpty)
    }

    @Test(arguments: [("secrets", Finding.Severity.refusal), ("configs", nil)])
    func `a secret whose variable is empty is refused, a config is not`(section: String, severity: Finding.Severity?) {
        let found = emptyFindings(
            [:], read: [:], values: ["TOKEN": Secret("")], empty: ["TOKEN"],
            project: [section: ["s": ["environment": "TOKEN"]]])
        #expect(found.filter { $0.subject == "\(section).s" }.map(\.severity).max() == severity)
    }

    @Test func `one that only the build uses is a warning`() {
        let found = findings(["build": ["args": ["SHA=${SHA}"]]], unset: ["SHA"])
        #expect(found.map(\.severity) == [.warning])
        #expect(found.map(\.subject) == ["services.web.build.args.SHA"])
    }

    @Test func `one of a service that is not active is nothing`() {
        #expect(findings([:], unset: ["INACTIVE"]).isEmpty)
    }

    @Test func `one that an environment file uses is refused`() {
        let found = findings([:], unset: ["ELSEWHERE"])
        #expect(found.map(\.subject) == ["variable ELSEWHERE"])
        #expect(found.map(\.severity) == [.refusal])
    }

    @Test(arguments: ["command", "entrypoint", "labels", "healthcheck"])
    func `a secret that others can read is a warning`(key: String) {
        let found = findings(.object([key: ["a", "--password=${PASSWORD}"]]), unset: [])
        #expect(found.map(\.severity) == [.warning])
        #expect(found.first?.subject.hasPrefix("services.web.\(key)") == true)
    }
}
