/// Tells by its name, its image and its command whether a service runs once.
enum OneShot {
    static func isLikely(_ service: ComposeService) -> Bool {
        let words = service.name.lowercased().split { !$0.isLetter }.map(String.init)
        if words.contains(where: names.contains) || names.contains(service.name.lowercased()) { return true }
        if let image = service.image, ImageName(image).path.hasSuffix("minio/mc") { return true }
        let command = service.commandLine.joined(separator: " ").lowercased()
        return commands.contains { command.contains($0) }
    }

    /// Whether a command line runs a database's client, by itself or in a shell's text, so that it ends.
    static func runsClient(_ commandLine: [String]) -> Bool {
        guard let first = commandLine.first else { return false }
        let isShell = shells.contains(name(of: first))
        guard isShell || first.contains(" ") else { return clients.contains(name(of: first)) }
        let text = isShell ? commandLine.dropFirst().drop { $0.hasPrefix("-") } : commandLine[...]
        let statements = text.joined(separator: " ").split { ";&|\n(){}".contains($0) }
        let programs = statements.compactMap { statement in
            statement.split(whereSeparator: \.isWhitespace).map(String.init).first { !keywords.contains($0) }
        }
        let started = programs.map(name(of:))
        return started.contains(where: clients.contains) && !started.contains(where: isServer)
    }

    /// The program that a path leads to.
    private static func name(of program: String) -> String { String(program.split(separator: "/").last ?? "") }

    private static func isServer(_ program: String) -> Bool {
        ["mongod", "mysqld", "mariadbd", "postgres", "docker-entrypoint.sh"].contains(program)
            || program.contains("server")
    }

    private static let shells: Set = ["sh", "bash", "ash", "dash"]
    private static let keywords: Set = ["until", "while", "do", "if", "then", "else", "!", "exec", "time"]
    private static let clients: Set = [
        "mongo", "mongosh", "mongoimport", "mongorestore", "mongodump", "psql", "pg_dump", "pg_dumpall", "pg_restore",
        "createdb", "mysql", "mysqldump", "mysqladmin", "mariadb", "mariadb-dump", "mariadb-admin", "redis-cli",
        "valkey-cli", "kafka-topics", "kafka-topics.sh", "rabbitmqadmin", "cqlsh", "clickhouse-client", "influx",
        "sqlcmd",
    ]

    private static let names: Set = [
        "migrate", "migration", "migrations", "migrator", "init", "setup", "seed", "seeder", "bootstrap", "prepare",
        "createbuckets",
        "createbucket", "permissions", "installer",
    ]

    private static let commands = [
        "migrate deploy", "db:migrate", "manage.py migrate", "alembic upgrade", "flyway migrate", "artisan migrate",
        "prisma migrate", "sqlx migrate", "diesel migration", "goose up", "chown -r", "chmod -r", "mc mb ",
    ]
}
