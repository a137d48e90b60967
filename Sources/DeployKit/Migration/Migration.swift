/// A change of the database's schema, as a file of the application says it.
public struct Migration: Sendable, Hashable {
    /// The number that orders it: `20260102` of `20260102_add_note.up.sql`.
    public var version: Int
    /// What it is called: `add_note`.
    public var name: String
    /// The name of its file.
    public var file: String
    /// The statements that carry it out.
    public var sql: String
    /// What another program found in it; our own rules come on top.
    public var lint: [MigrationReason]

    /// Makes a migration.
    public init(version: Int, name: String, file: String = "", sql: String, lint: [MigrationReason] = []) {
        self.version = version
        self.name = name
        self.file = file.isEmpty ? "\(version)_\(name).sql" : file
        self.sql = sql
        self.lint = lint
    }

    /// SHA-384 of the file, in lower-case hexadecimal digits, as sqlx records it.
    public var checksum: String { MigrationChecksum.of(sql) }

    /// Whether it runs in a transaction of its own, together with its row in the table; sqlx's first line
    /// `-- no-transaction` says otherwise.
    public var isTransactional: Bool { !sql.hasPrefix("-- no-transaction") }

    /// The name as sqlx writes it into the table: with spaces.
    var description: String { name.replacing("_", with: " ") }

    /// The migration on one word, for plans and errors: `20260102_add_note`.
    public var label: String { "\(version)_\(name)" }
}
