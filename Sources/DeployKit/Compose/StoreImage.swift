/// Tells by an image's name, or by what a container mounts, whether it holds data.
enum StoreImage {
    /// The product that an image is, when it is one that holds data: `postgres` for `postgis/postgis:16`.
    static func product(of image: String, commandLine: [String] = [], hasVolume: Bool = false) -> String? {
        let components = ImageName(image).path.split(separator: "/")
        guard let last = components.last else { return nil }
        var tokens = tokens(of: last)
        // `mssql/server`: the product is in the component before.
        if generic.contains(tokens.joined(separator: "-")), let owner = components.dropLast().last {
            tokens += Self.tokens(of: owner)
        }
        var product = products[tokens.joined(separator: "-")]
        if product == nil, !tokens.contains(where: companions.contains) {
            product = tokens.compactMap { products[$0] }.first
        }
        // Without JetStream, NATS keeps nothing.
        if product == "nats", !hasVolume {
            let hasJetStream = commandLine.contains { ["-js", "--js", "--jetstream", "-jetstream"].contains($0) }
            return hasJetStream ? product : nil
        }
        return product
    }

    /// The product that a service is by its name, or by the variables that only a server of it reads.
    static func product(ofService name: String, environment: Set<String>) -> String? {
        if let product = serverVariables.first(where: { environment.contains($0.key) })?.value { return product }
        let words = name.lowercased().split { "-_.".contains($0) }.map(String.init)
        guard let last = words.last, words.count == 1 || !actions.contains(words[0]) else { return nil }
        let word = last.trimmingDigits
        return word == "db" || word == "database" ? "database" : products[word]
    }

    /// The product whose data folder a path in a container is; tells a database that has an image of one's own.
    static func product(ofDataFolder target: String) -> String? {
        dataFolders.first { target == $0.key || target.hasPrefix($0.key + "/") }?.value
    }

    /// The products whose data an application can do without.
    static let caches: Set = ["redis", "memcached"]

    private static func tokens(of component: Substring) -> [String] {
        component.lowercased().split { "-_.".contains($0) }.map { String($0).trimmingDigits }
    }

    /// Words before a store's name in the name of a service that does something to it.
    private static let actions: Set = [
        "backup", "check", "create", "init", "migrate", "prepare", "restore", "seed", "setup", "test", "wait",
    ]

    /// Variables that the servers' own images read, and no client does.
    private static let serverVariables = [
        "KAFKA_PROCESS_ROLES": "kafka", "KAFKA_BROKER_ID": "kafka", "KAFKA_NODE_ID": "kafka",
        "KAFKA_CFG_NODE_ID": "kafka", "MSSQL_PID": "mssql", "MSSQL_SA_PASSWORD": "mssql",
        "MYSQL_ALLOW_EMPTY_PASSWORD": "mysql", "MARIADB_AUTO_UPGRADE": "mysql",
        "RABBITMQ_ERLANG_COOKIE": "rabbitmq", "MONGO_INITDB_ROOT_USERNAME": "mongodb",
    ]

    private static let generic: Set = ["server", "db", "database", "community-server", "core"]

    /// Words of images that go with a product and hold none of its data.
    private static let companions: Set = [
        "admin", "agent", "api", "backup", "backups", "bouncer", "cli", "client", "commander", "connect", "connector",
        "console", "consumer", "dashboard", "dashboards", "dump", "exporter", "express", "flink", "gui", "hq",
        "importer", "init", "insight", "manager", "mc", "migrate", "migration", "migrations", "monitor", "nginx",
        "operator", "pgbouncer", "producer", "proxy", "registry", "rest", "seed", "seeder", "setup", "sidecar", "sql",
        "sync", "tools", "ui", "viewer", "web", "webui", "worker",
    ]

    private static let products: [String: String] = {
        let names = [
            "postgres": "postgres postgresql postgis pgvector timescaledb timescale paradedb pgvecto cnpg",
            "mysql": "mysql mariadb percona", "mssql": "mssql azure-sql-edge", "oracle": "oracle",
            "redis": "redis valkey keydb dragonfly garnet", "memcached": "memcached",
            "mongodb": "mongo mongodb ferretdb", "rabbitmq": "rabbitmq", "activemq": "activemq artemis",
            "elasticsearch": "elasticsearch opensearch", "solr": "solr", "meilisearch": "meilisearch",
            "typesense": "typesense", "clickhouse": "clickhouse", "minio": "minio seaweedfs garage",
            "kafka": "kafka redpanda pulsar", "zookeeper": "zookeeper", "nats": "nats", "etcd": "etcd",
            "consul": "consul", "vault": "vault openbao", "cassandra": "cassandra scylla scylladb",
            "neo4j": "neo4j", "influxdb": "influxdb", "couchdb": "couchdb couchbase",
            "cockroachdb": "cockroach cockroachdb", "qdrant": "qdrant", "weaviate": "weaviate",
            "milvus": "milvus", "chroma": "chroma chromadb", "rethinkdb": "rethinkdb", "arangodb": "arangodb",
            "questdb": "questdb", "surrealdb": "surrealdb", "prometheus": "prometheus", "loki": "loki",
            "mosquitto": "mosquitto emqx", "openldap": "openldap", "beanstalkd": "beanstalkd",
        ]
        var products: [String: String] = [:]
        for (product, words) in names {
            for word in words.split(separator: " ") { products[String(word)] = product }
        }
        return products
    }()

    private static let dataFolders: [String: String] = [
        "/var/lib/postgresql": "postgres", "/bitnami/postgresql": "postgres", "/var/lib/mysql": "mysql",
        "/bitnami/mariadb": "mysql", "/bitnami/mysql": "mysql", "/data/db": "mongodb", "/bitnami/mongodb": "mongodb",
        "/var/lib/rabbitmq": "rabbitmq", "/usr/share/elasticsearch/data": "elasticsearch",
        "/usr/share/opensearch/data": "elasticsearch", "/var/lib/clickhouse": "clickhouse",
        "/var/lib/cassandra": "cassandra", "/var/lib/influxdb": "influxdb", "/var/lib/influxdb2": "influxdb",
        "/var/opt/mssql": "mssql", "/bitnami/redis": "redis", "/bitnami/kafka": "kafka",
        "/var/lib/kafka": "kafka", "/opt/couchdb/data": "couchdb", "/meili_data": "meilisearch",
        "/qdrant/storage": "qdrant", "/var/lib/neo4j": "neo4j", "/var/lib/zookeeper": "zookeeper",
    ]
}

extension String {
    /// The text without the digits at its end, as `mysql` for `mysql8`; `neo4j` and a lone digit stay.
    fileprivate var trimmingDigits: String {
        var text = self[...]
        while text.count > 1, text.last?.isNumber == true { text = text.dropLast() }
        return String(text)
    }
}
