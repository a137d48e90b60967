import DeployKit
import Testing

struct SecretNameTests {
    @Test(arguments: [
        "POSTGRES_PASSWORD", "PGPASSWORD", "API_KEY", "github_token", "STRIPE_SECRET", "SENTRY_DSN",
        "DEPLOYKIT_SSH_KEY",
        "DEPLOYKIT_REGISTRY_PASSWORD", "DEPLOYKIT_ALERT_SLACK_URL", "AUTHORIZATION", "PASSWORD_SALT",
        "JWT", "SLACK_WEBHOOK_URL", "SESSION_COOKIE",
    ])
    func `a name that says so is a secret's`(_ name: String) {
        #expect(SecretName.isConfidential(name))
    }

    @Test(arguments: [
        "PWD", "OLDPWD", "SSH_AUTH_SOCK", "POSTGRES_PASSWORD_FILE", "DEPLOYKIT_SSH_KEY_FILE", "GIT_AUTHOR_NAME", "PATH",
        "HOME", "DEPLOYKIT_SIGNING_PUBLIC_KEY", "LOG_LEVEL", "DEPLOYKIT_HOST", "GITHUB_ACTOR", "TOKEN_TTL",
        "WEBHOOK_READ_TIMEOUT", "JWT_LIFETIME", "AUTH_ENABLED",
    ])
    func `a place, a person and a setting are not`(_ name: String) {
        #expect(!SecretName.isConfidential(name))
    }

    @Test func `the password of an address is a secret, whatever the variable is called`() {
        let secrets = SecretName.secrets(in: [
            "DATABASE_URL": "postgres://bank:p4ss:w@rd@db:5432/bank?x=1", "SITE": "https://example.com/a:b@c",
            "TOKEN": "t", "CACHE": "redis://:only@cache, redis://second:other@cache",
        ])
        #expect(Set(secrets.map(\.revealed)) == ["p4ss:w@rd", "t", "only", "other"])
    }

    @Test(arguments: [
        ("host=postgres user=bank password=S3cret", ["S3cret"]), ("password = 'it\\'s' host=db", ["it's"]),
        (
            "jdbc:postgresql://db/bank?user=u&PASSWORD=p%40ss&ssl=true",
            ["p%40ss&ssl=true", "p@ss&ssl=true", "p%40ss", "p@ss"]
        ),
        ("Server=db;Uid=u;Pwd=pass;Port=1", ["pass;Port=1", "pass"]),
        ("postgres://u:p%40ss@h", ["p%40ss", "p@ss"]), ("100%@postgres://u:5%zz@h", ["5%zz"]),
        ("https://T0ken@host/path", ["T0ken"]), ("https://t:x-oauth@host", ["x-oauth", "t"]),
        ("postgres://bank@host/bank", []), ("a password is needed", []), ("git@host:a/b", []),
    ])
    func `a password is found wherever a connection's settings hold one`(value: String, secrets: [String]) {
        #expect(Set(SecretName.secrets(in: ["URL": value]).map(\.revealed)) == Set(secrets))
    }

    @Test func `the password within a secret address is known by itself as well`() {
        let secrets = SecretName.secrets(in: ["DATABASE_DSN": "postgres://u:word@h"])
        #expect(secrets.map(\.revealed) == ["postgres://u:word@h", "word"])
    }

    @Test func `the environment file gives its secrets back as they were`() {
        let values = [
            "DK_api_PASSWORD": "it's\n\"odd\" \\ $x # secret", "DK_api_LEVEL": "debug",
            "DK_api_URL": "amqp://u:pass'word@q/",
        ]
        let file = EnvironmentFile.text(values.mapValues { Secret($0) }, confidential: ["DK_api_PASSWORD"])
        #expect(
            Set(EnvironmentFile.secrets(in: file).map(\.revealed)) == ["it's\n\"odd\" \\ $x # secret", "pass'word"])
    }

    @Test func `a shell reads the environment file, comments and all`() async throws {
        let file = EnvironmentFile.text(["A_TOKEN": Secret("it's"), "B": Secret("b")], confidential: ["A_TOKEN"])
        let result = try await LocalShell().run(.script(#"eval "$(cat)"; printf '%s|%s' "$A_TOKEN" "$B""#, input: file))
        #expect(result.output == "it's|b")
    }
}
