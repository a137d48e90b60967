/// Finds commands that remove data where each release runs them again.
///
/// What begins a demonstration anew, as `db:reset` or `mc rm`, is at home in files that somebody copied.
enum DestructiveCommand {
    /// The finding of a service that a release starts; nil for a store, which starts once.
    static func finding(of service: ComposeService, role: ServiceRole) -> Finding? {
        guard !role.isWithStores else { return nil }
        let text = service.commandLine.joined(separator: " ").lowercased().split { $0.isWhitespace }
            .joined(separator: " ")
        guard let found = texts.first(where: text.contains) else { return nil }
        return Finding(
            .warning, "services.\(service.name).command",
            "Each release runs “\(found)” again, which removes data that is there.",
            advice: "Leave it out of what is deployed, and run it once by hand.")
    }

    private static let texts = [
        "mc rm -r", "mc rm --recursive", "mc rm --force", "mc rb ", "migrate:fresh", "migrate:refresh", "migrate:reset",
        "db:drop", "db:reset", "db:schema:load", "migrate reset", "--force-reset", "--accept-data-loss",
        "manage.py flush",
        "schema:drop", "drop database", "drop schema", "drop table", "dropdb ", "dropdatabase", "flushall", "flushdb",
        " --drop",
    ]
}
