import DeployKit
import Testing

struct VariableFindingTests {
    private func findings(_ service: JSONValue, unset: [String]) -> [Finding] {
        let model = ComposeModel(
            interpolated: ["name": "shop", "services": ["web": ["build": [:], "expose": ["80"]]]],
            uninterpolated: ["services": ["web": service, "inactive": ["image": "x:${INACTIVE}"]]],
            unsetVariables: unset, files: ProjectFiles(root: "/repo"))
        let application = ComposeSplit.split(
            model, for: ComposeFixture.environment(routes: ["a.example.com": "web"]))
        return application.findings.filter { $0.subject != "services.web.healthcheck" }
    }

    @Test func `an unset variable is refused where it is used`() throws {
        let found = findings(["environment": ["DB_URL": "postgres://u:${DB_PASSWORD}@db"]], unset: ["DB_PASSWORD"])
        let refusal = try #require(found.first)
        #expect(refusal.severity == .refusal)
        #expect(refusal.subject == "services.web.environment.DB_URL")
        #expect(refusal.message.contains("DB_PASSWORD"))
        #expect(refusal.advice.contains("Set DB_PASSWORD"))
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
