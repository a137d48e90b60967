import Testing

@testable import DeployKit

struct ComposeKindTests {
    /// The kind of `it`, beside a web service that is built here.
    private func kind(of it: JSONValue, others: [String: JSONValue] = [:], settings: ServiceSettings? = nil)
        -> ServiceKind?
    {
        kind(of: "it", it, others: others, settings: settings)
    }

    private func kind(
        of name: String,
        _ it: JSONValue,
        others: [String: JSONValue] = [:],
        settings: ServiceSettings? = nil
    ) -> ServiceKind? {
        let web: JSONValue = ["build": ["context": "/repo"], "ports": [["target": 80, "published": "80"]]]
        let services = ["web": web, name: it].merging(others) { $1 }
        let application = ComposeFixture.split(.object(services), settings: settings.map { [name: $0] } ?? [:])
        return application.services.first { $0.name == name }?.kind
    }

    @Test(arguments: [
        "postgres", "postgres:17-alpine", "docker.io/library/postgres@sha256:00", "postgis/postgis:16-3.4",
        "timescale/timescaledb-ha:pg16", "pgvector/pgvector:pg17", "bitnami/postgresql-repmgr",
        "ghcr.io/immich-app/postgres:14-vectorchord", "mysql:8.4", "mariadb:11", "percona/percona-server",
        "redis:8", "redis/redis-stack-server", "valkey/valkey:8", "mongo:7", "mongodb/mongodb-community-server",
        "rabbitmq:4-management", "docker.elastic.co/elasticsearch/elasticsearch:8.15.0",
        "opensearchproject/opensearch", "clickhouse/clickhouse-server:24", "minio/minio", "apache/kafka-native",
        "confluentinc/cp-kafka:7.7.0", "zookeeper:3.9", "memcached:1.6", "getmeili/meilisearch:v1.11",
        "qdrant/qdrant", "neo4j:5", "mcr.microsoft.com/mssql/server:2022-latest",
        "mcr.microsoft.com/azure-sql-edge:1.0.4", "influxdb:2", "prom/prometheus", "localhost:5000/mysql",
    ])
    func `is a store by its image`(image: String) {
        #expect(kind(of: ["image": .string(image)]) == .store)
    }

    @Test(arguments: [
        "nginx:1.27", "postgrest/postgrest", "prometheuscommunity/postgres-exporter", "mongo-express", "dpage/pgadmin4",
        "rediscommander/redis-commander", "provectuslabs/kafka-ui", "opensearchproject/opensearch-dashboards",
        "edoburu/pgbouncer", "confluentinc/cp-kafka-connect", "oliver006/redis_exporter", "nats:2",
        "redis/redisinsight", "docker.elastic.co/kibana/kibana:8.15.0", "team/worker:1",
        "prodrigestivill/postgres-backup-local", "minio/console",
    ])
    func `is a worker by its image`(image: String) {
        #expect(kind(of: ["image": .string(image)]) == .worker)
    }

    @Test func `NATS is a store once it keeps streams`() {
        #expect(kind(of: ["image": "nats:2", "command": ["-js"]]) == .store)
        #expect(
            kind(of: ["image": "nats:2", "volumes": [["type": "volume", "source": "n", "target": "/data"]]]) == .store)
    }

    @Test(arguments: ["/var/lib/postgresql/data", "/var/lib/mysql", "/data/db", "/bitnami/postgresql"])
    func `a database that is built here is a store by its data folder`(target: String) {
        let volume: JSONValue = ["type": "volume", "source": "data", "target": .string(target)]
        #expect(kind(of: ["build": ["context": "/repo/db"], "volumes": [volume]]) == .store)
    }

    @Test func `a database of one's own is a store by its name or by what it is told`() {
        #expect(kind(of: "db", ["build": ["context": "/repo/db"]]) == .store)
        #expect(kind(of: "shop-postgres", ["image": "team/data:1"]) == .store)
        #expect(kind(of: "wait-for-db", ["image": "team/wait:1"]) == .worker)
        #expect(kind(of: ["image": "team/broker", "environment": ["KAFKA_NODE_ID": "1"]]) == .store)
    }

    @Test func `what others wait for to end is a job, whatever its image`() {
        let waiting: JSONValue = [
            "image": "w", "depends_on": ["it": ["condition": "service_completed_successfully"]],
        ]
        #expect(kind(of: ["image": "postgres:17"], others: ["other": waiting]) == .job)
    }

    @Test func `what says that it is not started again is a job`() {
        #expect(kind(of: ["image": "i", "restart": "no"]) == .job)
        #expect(kind(of: ["image": "i", "deploy": ["restart_policy": ["condition": "none"]]]) == .job)
        #expect(kind(of: ["image": "i", "restart": "no", "ports": [["target": 80]]]) == .worker)
    }

    @Test(
        arguments: [
            ["image": "mongo:7", "command": ["mongoimport", "--drop", "--host", "mongo", "seed.json"]],
            ["image": "mongo:7", "command": ["bash", "-c", "sleep 5; mongosh --host mongo --eval 'rs.initiate()'"]],
            ["image": "confluentinc/cp-kafka", "entrypoint": ["/bin/sh", "-c"], "command": ["kafka-topics --create"]],
            ["image": "postgres:17", "command": "until psql -c 'SELECT 1'; do sleep 1; done", "restart": "no"],
            ["image": "redis:8", "restart": "no", "command": ["load.sh"]],
            ["image": "mongo:7", "restart": "on-failure:5", "command": ["mongosh", "--eval", "rs.initiate()"]],
            ["image": "postgres:17", "command": ["sh", "-c", "PGPASSWORD=$$PW timeout 60 psql -h db -f /seed.sql"]],
            ["image": "postgres:17", "command": ["bash", "-o", "pipefail", "-c", "pg_dump x | psql y"]],
            ["image": "mongo:7", "command": ["wait-for-it.sh", "mongo:27017", "--", "mongoimport", "--drop"]],
            ["image": "redpandadata/redpanda", "entrypoint": ["rpk"], "command": ["topic", "create", "orders"]],
        ] as [JSONValue])
    func `what fills a database with the database's own image is a job, and that is said`(service: JSONValue) {
        let application = ComposeFixture.split(["web": ["build": [:], "expose": ["80"]], "it": service])
        #expect(application.services.first { $0.name == "it" }?.kind == .job)
        #expect(application.findings.contains { $0.subject == "services.it.image" && $0.severity == .warning })
    }

    @Test(
        arguments: [
            ["image": "mongo:7", "command": ["mongod", "--replSet", "rs0"]],
            ["image": "mongo:7", "command": ["bash", "-c", "mongod --fork; mongosh --eval 'x'; tail -f /log"]],
            ["image": "redis:8", "command": ["sh", "-c", "exec redis-server --requirepass $$PASSWORD"]],
            ["image": "mongo:7", "command": ["--replSet", "mongo"]],
            [
                "image": "postgres:17", "restart": "no",
                "volumes": [["type": "volume", "source": "data", "target": "/var/lib/postgresql/data"]],
            ],
            ["image": "postgres:17", "restart": "no", "command": ["postgres", "-c", "fsync=off"]],
            ["image": "redis:8", "restart": "no", "command": ["--save", ""]],
            ["image": "redis:8", "command": ["sh", "-c", "chown -R redis /data && exec redis-server"]],
            ["image": "minio/minio", "command": ["sh", "-c", "minio server /data & mc mb local/x; wait"]],
            ["image": "postgres:17", "command": ["sh", "-c", "while true; do pg_dump x >/y; sleep 86400; done"]],
            ["image": "redpandadata/redpanda", "entrypoint": ["rpk"], "command": ["redpanda", "start"]],
        ] as [JSONValue])
    func `a database that runs its server is a store, whatever is said beside it`(service: JSONValue) {
        #expect(kind(of: service) == .store)
    }

    @Test func `what talks to a store and is named after it is none`() {
        #expect(kind(of: ["image": "team/orders-kafka-consumer:1"]) == .worker)
        #expect(kind(of: ["image": "team/mongo-sync:1"]) == .worker)
        #expect(kind(of: ["image": "team/redis-api:1"]) == .worker)
    }

    @Test func `what prepares a store, as Elastic's setup does, is not started again`() throws {
        let image: JSONValue = "docker.elastic.co/elasticsearch/elasticsearch:8.15.0"
        let services: JSONValue = [
            "web": ["build": [:], "expose": ["80"], "depends_on": ["es01": ["condition": "service_healthy"]]],
            "es01": ["image": image, "depends_on": ["setup": ["condition": "service_healthy"]]],
            "setup": [
                "image": image,
                "command": ["bash", "-c", "bin/elasticsearch-certutil ca; until curl es01; do :; done"],
                "healthcheck": ["test": ["CMD-SHELL", "[ -f config/certs/es01.crt ]"]],
            ],
        ]
        let application = ComposeFixture.split(services)
        #expect(application.services.map(\.name) == ["es01", "web"])
        let stores = try JSONValue(parsing: application.storesProject(scope: "s").compose)
        #expect(stores["services"]?["setup"]?["restart"]?.string == "no")
    }

    @Test(
        arguments: [
            ("migrate", ["image": "i"]), ("db_init", ["image": "i"]), ("x", ["image": "minio/mc"]),
            ("x", ["image": "i", "command": ["python", "manage.py migrate"]]),
        ] as [(String, JSONValue)])
    func `what looks as if it ended is a job, and that is said`(name: String, service: JSONValue) {
        let application = ComposeFixture.split(.object(["web": ["build": [:], "expose": ["80"]], name: service]))
        #expect(application.services.first { $0.name == name }?.kind == .job)
        #expect(application.findings.contains { $0.subject == "services.\(name).restart" && $0.severity == .warning })
        #expect(kind(of: name, service, settings: ServiceSettings(kind: .worker)) == .worker)
    }

    @Test func `a volume of its own makes a third party's service a store`() {
        let volume: JSONValue = ["type": "volume", "source": "own", "target": "/var/lib/thing"]
        #expect(kind(of: ["image": "vendor/thing", "volumes": [volume]]) == .store)
        #expect(kind(of: ["build": [:], "volumes": [volume]]) == .worker)
        #expect(kind(of: ["image": "vendor/thing", "volumes": [volume], "depends_on": ["web": [:]]]) == .worker)
        let log: JSONValue = ["type": "volume", "source": "own", "target": "/var/log/thing"]
        #expect(kind(of: ["image": "vendor/thing", "volumes": [log]]) == .worker)
    }

    @Test func `the application's own image never makes a store`() {
        let volume: JSONValue = ["type": "volume", "source": "own", "target": "/var/lib/thing"]
        let web: JSONValue = ["image": "team/app:1", "expose": ["80"]]
        #expect(kind(of: ["image": "team/app:1", "volumes": [volume]], others: ["web": web]) == .worker)
        #expect(kind(of: ["image": "team/tools:1", "volumes": [volume]], others: ["web": web]) == .worker)
    }

    @Test func `a web service with uploads is no store`() {
        let volume: JSONValue = ["type": "volume", "source": "uploads", "target": "/uploads"]
        let application = ComposeFixture.split(["web": ["image": "team/web", "expose": ["80"], "volumes": [volume]]])
        #expect(application.services.map(\.kind) == [.web])
        #expect(application.refusals == [])
    }

    @Test func `an image that declares a volume makes a store, or is warned of`() {
        let services: JSONValue = [
            "web": ["image": "team/web", "expose": ["80"]], "it": ["image": "vendor/thing"],
        ]
        let model = ComposeModel(
            interpolated: ["name": "shop", "services": services], uninterpolated: [:],
            files: ProjectFiles(root: "/repo"))
        let images = ["team/web": ImageFacts(volumes: ["/u"]), "vendor/thing": ImageFacts(volumes: ["/d"])]
        let application = ComposeSplit.split(
            model, for: ComposeFixture.environment(routes: ["example.com": "web"]), images: images)
        #expect(application.services.map(\.kind) == [.store, .web])
        #expect(
            application.findings.filter { $0.severity == .warning }.map(\.subject) == [
                "services.it.image", "services.web.image",
            ])
    }

    @Test func `what a store needs to start runs with the stores`() {
        let services: JSONValue = [
            "web": ["build": [:], "expose": ["80"], "depends_on": ["db": [:]]],
            "db": [
                "image": "postgres",
                "depends_on": [
                    "prepare": ["condition": "service_completed_successfully"],
                    "peer": ["condition": "service_healthy"], "helper": ["condition": "service_started"],
                ],
            ],
            "prepare": ["image": "alpine"], "peer": ["image": "peer"], "helper": ["image": "helper"],
        ]
        let application = ComposeFixture.split(services)
        let kinds = Dictionary(uniqueKeysWithValues: application.services.map { ($0.name, $0.kind) })
        #expect(kinds == ["web": .web, "db": .store, "peer": .store, "helper": .worker])
        let stores = application.storesProject(scope: "s")
        #expect(stores.compose.contains("\"prepare\""))
        #expect(!stores.compose.contains("\"helper\""))
        #expect(!ComposeFixture.release(application).compose.contains("\"prepare\""))
    }

    @Test func `no replicas leave a service out`() {
        #expect(kind(of: ["image": "i", "deploy": ["replicas": 0]]) == nil)
        #expect(kind(of: ["image": "i"], settings: ServiceSettings(replicas: 0)) == nil)
    }

    @Test(
        arguments: [
            ("postgres", "postgres", nil, nil), ("a/b:1", "a/b", "1", "a"),
            ("localhost:5000/x", "localhost:5000/x", nil, "localhost:5000"),
            ("r:5/a/b:t@sha256:0", "r:5/a/b", "t", "r:5/a"), ("library/redis", "library/redis", nil, nil),
        ] as [(String, String, String?, String?)])
    func `reads names of images`(text: String, path: String, tag: String?, owner: String?) {
        let name = ImageName(text)
        #expect(name.path == path)
        #expect(name.tag == tag)
        #expect(name.owner == owner)
    }
}
