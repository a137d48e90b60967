/// Tells by its name, its image and its command whether a service runs once.
enum OneShot {
    static func isLikely(_ service: ComposeService) -> Bool {
        let words = service.name.lowercased().split { !$0.isLetter }.map(String.init)
        if words.contains(where: names.contains) || names.contains(service.name.lowercased()) { return true }
        if let image = service.image, ImageName(image).path.hasSuffix("minio/mc") { return true }
        let command = service.commandLine.joined(separator: " ").lowercased()
        return commands.contains { command.contains($0) }
    }

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
