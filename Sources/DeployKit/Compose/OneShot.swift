/// Tells by its name, its image and its command whether a service runs once.
enum OneShot {
    static func isLikely(_ service: ComposeService) -> Bool {
        guard !loops(service.commandLine) else { return false }
        if isNamed(service) { return true }
        let image = service.image.map { ImageName($0).path } ?? ""
        if images.contains(where: image.hasSuffix) { return true }
        let programs = statements(of: service.commandLine)
        // What runs last decides: `migrate && serve` migrates, and runs on.
        if let last = programs.last, changesFiles(last) { return !programs.contains(where: isServer) }
        let task = programs.last { !fileTools.contains($0[0]) }?.joined(separator: " ").lowercased() ?? ""
        return commands.contains { task.contains($0) }
    }

    /// Whether a command line changes who owns files, or who may use them, and does nothing else.
    static func preparesFiles(_ commandLine: [String]) -> Bool {
        guard !runsOn(commandLine) else { return false }
        let statements = statements(of: commandLine)
        return statements.contains(where: changesFiles) && statements.allSatisfy { fileTools.contains($0[0]) }
    }

    private static func changesFiles(_ statement: [String]) -> Bool {
        ["chown", "chmod", "chgrp"].contains(statement[0])
    }

    /// Whether a service is called after something that is done once.
    static func isNamed(_ service: ComposeService) -> Bool {
        let words = service.name.lowercased().split { !$0.isLetter }.map(String.init)
        return words.contains(where: names.contains) || names.contains(service.name.lowercased())
    }

    /// Whether a command line runs a database's client, by itself or in a shell's text, so that it ends.
    static func runsClient(_ commandLine: [String]) -> Bool {
        !runsOn(commandLine) && statements(of: commandLine).contains(where: isClient)
    }

    /// Whether a command line starts a server or never ends, whatever else it does.
    static func runsOn(_ commandLine: [String]) -> Bool {
        // Options alone are for the server that the image starts.
        if commandLine.first?.hasPrefix("-") == true { return true }
        return loops(commandLine) || statements(of: commandLine).contains(where: isServer)
    }

    /// Whether a command line ends with what never ends by itself.
    private static func loops(_ commandLine: [String]) -> Bool {
        let text = commandLine.joined(separator: " ").lowercased()
        if stays.contains(where: text.contains) { return true }
        // What is left by `break` only waits for something.
        if endlessLoops.contains(where: text.contains) { return !text.contains("break") }
        // The shell waits for what it started beside itself.
        return statements(of: commandLine).last?.first == "wait" && text.replacing("&&", with: "").contains("&")
    }

    // MARK: - Statements

    /// The words of each statement, what it runs first.
    private static func statements(of commandLine: [String]) -> [[String]] {
        guard let first = commandLine.first else { return [] }
        let isShell = shells.contains(name(of: first))
        // After `--` comes what `wait-for-it` and its like run.
        guard isShell || first.contains(where: \.isWhitespace) else {
            return commandLine.split(separator: "--").compactMap { program(in: Array($0)) }
        }
        let option = commandLine.firstIndex { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.hasSuffix("c") }
        let text = isShell ? commandLine.dropFirst((option ?? 0) + 1) : commandLine[...]
        return text.joined(separator: " ").replacing(" -- ", with: ";").split { ";&|`\n(){}".contains($0) }
            .compactMap { program(in: $0.split { $0.isWhitespace || "\"'".contains($0) }.map(String.init)) }
    }

    /// The words from the program on: without the shell's own, variables that are set, and what only starts another.
    private static func program(in words: [String]) -> [String]? {
        var words = words[...]
        while let word = words.first {
            let count = keywords.contains(word) || word.contains("=") ? 1 : starters.contains(name(of: word)) ? 2 : 0
            guard count > 0 else { return [name(of: word)] + words.dropFirst() }
            words = words.dropFirst(count)
        }
        return nil
    }

    /// The program that a path leads to.
    private static func name(of program: String) -> String { String(program.split(separator: "/").last ?? "") }

    private static func isClient(_ statement: [String]) -> Bool {
        guard statement[0] == "rpk" else { return clients.contains(statement[0]) }
        return statement.count > 1 && ["acl", "cluster", "group", "security", "topic"].contains(statement[1])
    }

    private static func isServer(_ statement: [String]) -> Bool {
        let program = statement[0].lowercased()
        return servers.contains(program) || (program.contains("server") && !program.contains("wait"))
            || (program == "rpk" && statement.dropFirst().first == "redpanda")
    }

    private static let shells: Set = ["sh", "bash", "ash", "dash"]
    private static let keywords: Set = ["until", "while", "do", "if", "then", "else", "!", "exec", "time", "nohup"]
    /// Programs that start another one, with one argument before it.
    private static let starters: Set = ["gosu", "su-exec", "timeout"]
    private static let endlessLoops = ["while true", "while :", "until false"]
    private static let stays = ["sleep inf", "tail -f"]
    private static let servers: Set = [
        "mongod", "mongos", "mysqld", "mysqld_safe", "mariadbd", "postgres", "docker-entrypoint.sh", "minio",
        "redpanda", "redis-sentinel", "elasticsearch", "opensearch", "eswrapper", "influxd", "cassandra", "run",
        "crond", "cron",
    ]
    private static let clients: Set = [
        "mongo", "mongosh", "mongoimport", "mongorestore", "mongodump", "mongoexport", "psql", "pg_dump", "pg_dumpall",
        "pg_restore", "createdb", "mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump", "mariadb-admin",
        "redis-cli", "valkey-cli", "kafka-topics", "kafka-topics.sh", "kafka-configs", "kafka-configs.sh", "kafka-acls",
        "kafka-acls.sh", "rabbitmqadmin", "cqlsh", "clickhouse-client", "influx", "sqlcmd", "etcdctl", "cypher-shell",
        "elasticsearch-certutil",
    ]

    private static let names: Set = [
        "migrate", "migration", "migrations", "migrator", "init", "setup", "seed", "seeder", "bootstrap", "prepare",
        "createbuckets", "createbucket", "permission", "permissions", "installer", "genkeys", "keygen",
    ]

    /// Images of programs that do one thing and end.
    private static let images = [
        "minio/mc", "flyway/flyway", "redgate/flyway", "liquibase/liquibase", "migrate/migrate", "amacneil/dbmate",
    ]

    /// What a shell's text says and does about files, from which nothing is to be told.
    private static let fileTools: Set = [
        "#", "[", "[[", "test", "true", ":", "fi", "done", "for", "echo", "printf", "exit", "set", "stat", "id", "ls",
        "find", "mkdir", "touch", "cp", "chown", "chmod", "chgrp", "sleep", "wait", "$",
    ]

    private static let commands = [
        "migrate deploy", "db:migrate", "manage.py migrate", "alembic upgrade", "flyway migrate", "artisan migrate",
        "prisma migrate", "sqlx migrate", "diesel migration", "goose up", "mc mb ",
        "collectstatic", "loaddata", "createsuperuser", "db:seed", "initial_data",
        "ollama pull", "generate.rsa", "openssl genrsa", "openssl genpkey", "ssh-keygen", "encryption-keys generate",
    ]
}
