import DeployKit
import Testing

/// Which services run once, and what is said where that is not to be seen.
struct ComposeJobTests {
    private func split(_ it: JSONValue, others: [String: JSONValue] = [:]) -> ComposeApplication {
        let services: [String: JSONValue] = ["web": ["build": [:], "expose": ["80"]], "it": it]
        return ComposeFixture.split(.object(services.merging(others) { $1 }))
    }

    private func kind(of it: JSONValue) -> ServiceKind? {
        split(it).services.first { $0.name == "it" }?.kind
    }

    @Test(
        arguments: [
            ["image": "flyway/flyway:11", "command": ["-url=jdbc:postgresql://db/x", "migrate"]],
            ["image": "amacneil/dbmate", "command": ["--wait", "up"]],
            ["image": "ollama/ollama", "entrypoint": ["/bin/sh"], "command": ["-c", "sleep 3; ollama pull llama3.2"]],
            ["image": "team/app", "command": ["./scripts/generate.rsa.sh"]],
            ["image": "team/kibana", "command": ["bin/kibana-encryption-keys", "generate"]],
            ["image": "alpine", "command": ["sh", "-c", "mkdir -p /d; openssl req -x509; chown -R 1000 /d"]],
            ["image": "team/app", "command": ["sh", "-c", "python manage.py migrate && echo done"]],
            ["build": [:], "command": ["sh", "-c", "python manage.py migrate && python manage.py collectstatic"]],
            [
                "build": [:],
                "command": ["sh", "-c", "while true; do pg_isready -h db && break; done; npx prisma migrate deploy"],
            ],
        ] as [JSONValue])
    func `what runs once is a job`(service: JSONValue) {
        #expect(kind(of: service) == .job)
    }

    @Test(
        arguments: [
            ["build": [:], "command": ["sh", "-c", "python manage.py migrate && celery -A shop worker"]],
            ["build": [:], "command": "sh -c 'alembic upgrade head; exec python -m shop.queue'"],
            ["image": "alpine", "command": ["sh", "-c", "chown -R 1000 /data && exec su-exec app serve"]],
            ["image": "alpine", "command": ["sh", "-c", "openssl genpkey -out /k; tail -f /dev/null"]],
            ["image": "minio/mc", "entrypoint": ["sh", "-c", "mc mb minio/x; tail -f /dev/null"]],
            [
                "image": "ollama/ollama",
                "entrypoint": ["sh", "-c", "ollama serve & sleep 5; ollama pull llama3; wait"],
            ],
            ["image": "grafana/load-generator"],
        ] as [JSONValue])
    func `what runs on after it has prepared something is none`(service: JSONValue) {
        #expect(kind(of: service) == .worker)
    }

    private static let preparation: JSONValue = [
        "image": "mongo:8", "restart": "on-failure",
        "command": [
            "sh", "-xc",
            "owner=\"$(stat -c %u /data/db)\";\n# fresh\nif [ $$owner != 1 ]; then chown -R 1 /data/db; fi",
        ],
        "volumes": [["type": "volume", "source": "data", "target": "/data/db"]],
    ]

    private func mongo(_ more: [String: JSONValue] = [:]) -> JSONValue {
        let mongo: [String: JSONValue] = [
            "image": "mongo:8", "volumes": [["type": "volume", "source": "data", "target": "/data/db"]],
        ]
        return .object(mongo.merging(more) { $1 })
    }

    @Test func `what changes the owner of a store's files is a job, and refused where it would come too late`() throws {
        let application = split(Self.preparation, others: ["mongo": mongo()])
        #expect(application.services.first { $0.name == "it" }?.kind == .job)
        let refusal = try #require(application.refusals.first { $0.subject == "services.it.command" })
        #expect(refusal.message.contains("“mongo”"))
        #expect(refusal.advice.contains("service_completed_successfully"))
    }

    @Test func `what a store shares with it otherwise is no file of the store`() {
        let clock: JSONValue = ["type": "bind", "source": "/etc/localtime", "target": "/etc/localtime"]
        let uploads: JSONValue = ["type": "volume", "source": "uploads", "target": "/uploads"]
        let it: JSONValue = ["image": "alpine", "command": "chown -R 1000 /uploads", "volumes": [uploads, clock]]
        let read: JSONValue = ["type": "volume", "source": "uploads", "target": "/backup", "read_only": true]
        let store: JSONValue = ["image": "postgres:17", "volumes": [clock, read]]
        #expect(split(it, others: ["postgres": store]).refusals.allSatisfy { $0.subject != "services.it.command" })
    }

    @Test func `the store that waits for it runs with it`() throws {
        let waiting = mongo(["depends_on": ["it": ["condition": "service_completed_successfully"]]])
        let application = split(Self.preparation, others: ["mongo": waiting])
        #expect(application.refusals.isEmpty)
        let stores = try JSONValue(parsing: application.storesProject(scope: "s").compose)
        #expect(stores["services"]?["it"]?["restart"]?.string == "no")
    }

    @Test(
        arguments: [
            (["sh", "-c", "mc rm -r --force minio/x; mc mb minio/x"], "mc rm -r"),
            (["bundle", "exec", "rails", "db:reset"], "db:reset"), (["mongoimport", "--drop", "seed.json"], " --drop"),
            (["psql", "-c", "DROP  TABLE bank"], "drop table"), (["rails", "db:migrate"], nil), (["dropdbx"], nil),
            (["python", "manage.py", "flushexpiredtokens"], nil), (["capsh", "--drop=cap_net_raw"], nil),
        ] as [([String], String?)])
    func `what removes data at each release is named`(command: [String], text: String?) {
        let it: JSONValue = ["image": "team/tool", "restart": "no", "command": .array(command.map { .string($0) })]
        let found = split(it).findings.filter { $0.subject == "services.it.command" }
        #expect(found.map(\.severity) == (text == nil ? [] : [.warning]))
        #expect(found.allSatisfy { $0.message.contains("“\(text ?? "")”") })
    }

    @Test func `a volume for a cache makes no store`() {
        let volume: JSONValue = ["type": "volume", "source": "lsp", "target": "/pyls/.cache"]
        #expect(kind(of: ["image": "vendor/extra", "volumes": [volume]]) == .worker)
    }

    @Test func `a worker that alone does not say restart is named`() {
        let others: [String: JSONValue] = [
            "a": ["build": [:], "restart": "always"], "b": ["build": [:], "restart": "unless-stopped"],
        ]
        let found = split(["image": "team/admin"], others: others).findings.filter {
            $0.subject == "services.it.restart"
        }
        #expect(found.map(\.severity) == [.note])
        #expect(found.first?.advice.contains("restart: \"no\"") == true)
        #expect(split(["image": "team/admin"]).findings.allSatisfy { $0.subject != "services.it.restart" })
    }

    @Test func `services that a reboot ends are named together`() {
        let others = Dictionary(
            uniqueKeysWithValues: ["a", "b", "c", "d", "e"].map {
                ($0, ["build": [:], "restart": "on-failure"] as JSONValue)
            })
        let found = split(["image": "i"], others: others).findings.filter { $0.subject.hasSuffix(".restart") }
        #expect(found.map(\.subject) == ["services.a.restart"])
        #expect(found.first?.message.contains("a, b, c and 2 more may not come back") == true)
    }

    @Test func `a store that is built here is pulled on the droplet, and that is a warning`() {
        let found = split(["image": "team/search-local", "build": [:], "environment": ["KAFKA_NODE_ID": "1"]]).findings
        #expect(found.filter { $0.subject == "services.it.build" }.map(\.severity) == [.warning])
    }
}
