import FoundationEssentials

/// Reads what the database said of its schema, and what the droplet remembers of migrations.
struct SchemaReading: Sendable {
    let sections: Sections

    /// What `psql` is asked: a line of JSON for the database, one for each migration, one for each table with many rows.
    ///
    /// The number of rows is an estimate, which costs nothing: the planner's, or what the statistics counted since, for
    /// of a table that was never analysed the planner knows nothing; of a table in parts it is that of its parts.
    static func question(_ policy: MigrationPolicy) -> String {
        let table = MigrationSession.quoted(policy.table)
        return """
            SELECT to_regclass(\(MigrationSession.literal(table))) IS NOT NULL AS has_table \\gset
            SELECT json_build_object('database', current_database());
            \\if :has_table
            SELECT json_build_object('version', version, 'name', description, 'checksum', encode(checksum, 'hex'),
                'isComplete', success) FROM \(table) ORDER BY version;
            \\endif
            SELECT json_build_object('table', relname, 'rows', rows::bigint) FROM (
                SELECT relname, CASE WHEN relkind = 'p' THEN (
                    SELECT coalesce(sum(greatest(part.reltuples, pg_stat_get_live_tuples(part.oid))), 0)
                        FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid WHERE inhparent = whole.oid)
                    ELSE greatest(reltuples, pg_stat_get_live_tuples(oid)) END AS rows
                    FROM pg_class AS whole WHERE relkind IN ('r', 'm', 'p')) AS tables
                WHERE rows >= \(policy.bigTable);

            """
    }

    private struct Database: Decodable {
        var database: String
    }

    private struct Rows: Decodable {
        var table: String
        var rows: Int
    }

    /// The schema; nil where the database did not answer.
    var state: SchemaState? {
        let decoder = JSONDecoder()
        var state: SchemaState?
        for line in sections["schema"].split(separator: "\n") {
            let data = Data(line.utf8)
            if let database = try? decoder.decode(Database.self, from: data) {
                state = SchemaState(database: database.database)
            } else if let applied = try? decoder.decode(AppliedMigration.self, from: data) {
                state?.applied.append(applied)
            } else if let rows = try? decoder.decode(Rows.self, from: data) {
                state?.rows[rows.table] = rows.rows
            }
        }
        return state
    }

    /// What is remembered; a line that a crash cut off is left out.
    var records: [MigrationRecord] {
        let decoder = JSONDecoder()
        return sections["migrations"].split(separator: "\n").compactMap {
            try? decoder.decode(MigrationRecord.self, from: Data($0.utf8))
        }
    }
}
