import Testing

@testable import DeployKit

struct VariableReferenceTests {
    @Test(arguments: [
        ("no variable", []), ("$NAME", ["NAME"]), ("a ${NAME} b", ["NAME"]), ("$$NAME $${NAME}", []),
        ("${NAME:-default}", ["NAME?"]), ("${NAME-}", ["NAME?"]), ("${NAME:?say it}", ["NAME"]),
        ("${NAME?}", ["NAME"]), ("${NAME:+set}", ["NAME?"]), ("${OUTER:-${INNER}}", ["OUTER?", "INNER"]),
        ("${A:-${B:-${C:-d}}}x$D", ["A?", "B?", "C?", "D"]), ("$1 $ ${}", []), ("$_a1-b", ["_a1"]),
        ("$NAME\u{301}", ["NAME"]), ("${open", ["open"]),
    ])
    func `finds what Compose would fill in`(text: String, expected: [String]) {
        let found = VariableReference.references(in: text)
        #expect(found.map { $0.name + ($0.hasDefault ? "?" : "") } == expected)
    }

    @Test(arguments: ["DB_PASSWORD", "API_TOKEN", "secretKey", "SENTRY_DSN", "SMTP_PWD"])
    func `knows a secret by its name`(name: String) {
        #expect(VariableReference(name: name, hasDefault: false).isConfidential)
    }

    @Test(arguments: ["LEVEL", "DOMAIN", "PORT"])
    func `does not take every variable for a secret`(name: String) {
        #expect(!VariableReference(name: name, hasDefault: false).isConfidential)
    }

    @Test func `a command that is one text taints all of its words`() {
        let references = VariableReferences(of: ["services": ["a": ["command": "run $PW", "labels": ["x=$L"]]]])
        #expect(references.references(at: ["services", "a", "command", "1"]).map(\.name) == ["PW"])
        #expect(references.references(at: ["services", "a", "labels", "x"]).map(\.name) == ["L"])
        #expect(references.references(at: ["services", "a", "user"]).isEmpty)
        #expect(references.paths(of: "PW") == [["services", "a", "command"]])
    }
}
