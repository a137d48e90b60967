/// Finds commands that remove data where each release runs them again.
///
/// What begins a demonstration anew, as `db:reset` or `mc rm`, is at home in files that somebody copied.
enum DestructiveCommand {
    /// The finding of a service that a release starts; nil for a store, which starts once.
    static func finding(of service: ComposeService, role: ServiceRole) -> Finding? {
        guard !role.isWithStores else { return nil }
        let text = service.commandLine.joined(separator: " ").lowercased().split { $0.isWhitespace }
            .joined(separator: " ")
        guard let found = texts.first(where: { says($0, in: text) }) else { return nil }
        return Finding(
            .warning, "services.\(service.name).command",
            "Each release runs “\(found)” again, which removes data that is there.",
            advice: "Leave it out of what is deployed, and run it once by hand.")
    }

    /// Whether a text has some words that end there, so that `manage.py flushexpiredtokens` is another command.
    private static func says(_ words: String, in text: String) -> Bool {
        text.ranges(of: words).contains { range in
            guard range.upperBound < text.endIndex else { return true }
            let next = text[range.upperBound]
            return words.hasSuffix(" ") || !(next.isLetter || next.isNumber || "=-_".contains(next))
        }
    }

    private static let texts = [
        "mc rm -r", "mc rm --recursive", "mc rm --force", "mc rb ", "migrate:fresh", "migrate:refresh", "migrate:reset",
        "db:drop", "db:reset", "db:schema:load", "migrate reset", "--force-reset", "--accept-data-loss",
        "manage.py flush", "schema:drop", "drop database", "drop schema", "drop table", "dropdb ", "dropdatabase",
        "flushall", "flushdb", " --drop",
    ]
}
