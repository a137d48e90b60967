import DeployKit
import Foundation
import Testing

/// Feeds what DeployKit renders to the real `docker compose`; no daemon is needed.
@Suite(.enabled(if: ComposeFixture.hasCompose))
struct ComposeRoundTripTests {
    static let nastyValues = [
        "plain", "", " leading and trailing ", "it's", #"say "hi""#, "$HOME ${HOME} $$ $(id) `id`", "a#b #c",
        "tab\there",
        "two\nlines\n\nand an empty one", "carriage\r\nreturn", #"back\slash\"#, #"\n \t \'"#, "ünïcödé ✓ 🚀",
        "'", "''", "\"", "$", "$\u{301}", "'\u{301}", "%s %d", "*?[a-z]", "!!", "~", "a=b=c", "-n", "\\",
        "{\"json\": [1, \"$x\"]}", "\u{1}\u{7f}",
    ]

    @Test func `every environment value arrives as it was`() async throws {
        let folder = try TemporaryFolder()
        let keys = Self.nastyValues.indices.map { "TEXT_\($0)" }
        let source: JSONValue = .object([
            "services": [
                "web": [
                    "image": "web", "ports": ["80"],
                    "environment": .object(
                        Dictionary(uniqueKeysWithValues: keys.map { ($0, JSONValue.string("${\($0)}")) })),
                    "command": ["serve", "${TEXT_3}", "literal $$HOME", "${TEXT_5}"],
                ]
            ]
        ])
        try folder.write(source.prettyText, to: "compose.yaml")
        let variables = Dictionary(uniqueKeysWithValues: zip(keys, Self.nastyValues.map { Secret($0) }))
        let model = try await ComposeClient(shell: LocalShell()).model(
            of: ComposeSource(projectDirectory: folder.url.path, variables: variables))
        let application = ComposeSplit.split(model, for: ComposeFixture.environment(routes: ["a.example.com": "web"]))
        #expect(application.refusals == [])
        let rendered = ComposeFixture.release(application)
        #expect(!rendered.compose.contains("say"))
        let again = try await ComposeFixture.configuration(of: rendered, in: folder)
        let service = try #require(again["services"]?["web"])
        for (key, value) in zip(keys, Self.nastyValues) {
            #expect(service["environment"]?[key]?.string == value, "\(key)")
            #expect(rendered.environmentValues["web.\(key)"]?.revealed == value)
        }
        #expect(service["command"] == ["serve", "it's", "literal $HOME", "$HOME ${HOME} $$ $(id) `id`"])
    }

    @Test func `a secret that is not set in GitHub is told from one that a file leaves empty`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("SMTP_PASSWORD=\nDB_PASSWORD=from-the-file\n", to: ".env")
        try folder.write(
            """
            services:
              web:
                image: web
                expose: ["80"]
                environment:
                  - DB_PASSWORD=${DB_PASSWORD}
                  - SMTP_PASSWORD=${SMTP_PASSWORD}
                  - CACHE_PASSWORD=${CACHE_PASSWORD:-}
                  - API_KEY
                  - LEVEL=${LEVEL}
            """, to: "compose.yaml")
        let empty = ["DB_PASSWORD", "CACHE_PASSWORD", "API_KEY", "LEVEL"]
        let model = try await ComposeClient(shell: LocalShell()).model(
            of: ComposeSource(
                projectDirectory: folder.url.path,
                variables: Dictionary(uniqueKeysWithValues: empty.map { ($0, Secret("")) })))
        #expect(model.emptyVariables == ["DB_PASSWORD", "CACHE_PASSWORD", "API_KEY"])
        let application = ComposeSplit.split(model, for: ComposeFixture.environment(routes: ["a.example.com": "web"]))
        #expect(
            application.refusals.map(\.subject) == [
                "services.web.environment.API_KEY", "services.web.environment.DB_PASSWORD",
            ])
        #expect(
            application.findings.filter { $0.severity == .warning }.map(\.subject)
                == ["services.web.environment.SMTP_PASSWORD"])
    }
}
