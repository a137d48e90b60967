/// What is said to the store's `psql` to run migrations once: pure text, and the way back from its lines to the files'.
///
/// One session does all of it. It holds advisory locks from its first word to its last: ours, and the one that sqlx
/// takes, so that nobody who runs `sqlx migrate run` by hand comes between. Each migration is looked up again under
/// the locks, and runs in one transaction with its row, so a session that ends at any instant leaves it done or not.
struct MigrationSession: Sendable, Hashable {
    /// The text.
    private(set) var text = ""
    /// The first line of each migration in the text, from 1, in order.
    private var places: [(line: Int, migration: Migration)] = []
    private let table: String

    /// The two numbers of DeployKit's own advisory lock: `DEPL` and `MIGR`.
    static let lockKey = "1145393228, 1296648018"
    /// The name under which the sessions are seen in `pg_stat_activity`.
    static let applicationName = "deploykit-migrate"

    /// Makes the session that runs migrations itself.
    init(running migrations: [Migration], policy: MigrationPolicy) {
        table = Self.quoted(policy.table)
        add(Self.preamble)
        add(Self.locking(within: policy.deadline, alsoSqlx: true))
        add(
            """
            CREATE TABLE IF NOT EXISTS \(table) (
                version bigint PRIMARY KEY, description text NOT NULL,
                installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL,
                checksum bytea NOT NULL, execution_time bigint NOT NULL
            );
            SELECT count(*) > 0 AS has_stopped, min(version) AS stopped FROM \(table) WHERE NOT success \\gset
            \\if :has_stopped
            \\echo deploykit: stopped :stopped
            \(Self.refusing("a migration was stopped half way"))
            \\endif
            """)
        for migration in migrations { add(migration) }
    }

    /// Makes the session that locks others out while a command of the application runs the migrations.
    ///
    /// It says `deploykit: pending N` once it holds the lock, and goes on reading.
    init(lockingFor migrations: [Migration], policy: MigrationPolicy) {
        table = Self.quoted(policy.table)
        add(Self.preamble)
        add(Self.locking(within: policy.deadline, alsoSqlx: false))
        // The client of an earlier run may be gone while the server still works for it.
        add(
            """
            SELECT count(pg_terminate_backend(pid)) AS ended FROM pg_stat_activity
            WHERE application_name = '\(Self.applicationName)' AND datname = current_database()
            AND pid <> pg_backend_pid() \\gset
            """)
        add(
            looking(for: migrations, saying: "'deploykit: pending ' || \(migrations.count) - count(*)", else: "pending")
        )
    }

    /// Asks, in the same session, which of some migrations the table has now; ends with `deploykit: end`.
    static func asking(for migrations: [Migration], policy: MigrationPolicy) -> String {
        let session = MigrationSession(table: quoted(policy.table))
        return session.looking(for: migrations, saying: "'deploykit: applied ' || version", else: nil)
            + "\nSELECT 'deploykit: end';\n"
    }

    private init(table: String) {
        self.table = table
    }

    private func looking(for migrations: [Migration], saying words: String, else word: String?) -> String {
        let rows = migrations.map { "(\($0.version)::bigint, '\\x\($0.checksum)'::bytea)" }.joined(separator: ", ")
        let otherwise = word.map { "\\else\nSELECT 'deploykit: \($0) \(migrations.count)';\n" } ?? ""
        return """
            SELECT to_regclass('\(table.replacing("'", with: "''"))') IS NOT NULL AS has_table \\gset
            \\if :has_table
            SELECT \(words) FROM \(table)
            WHERE success AND (version, checksum) IN (VALUES \(rows));
            \(otherwise)\\endif
            """
    }

    private mutating func add(_ migration: Migration) {
        let columns = "(version, description, success, checksum, execution_time)"
        let values = "\(migration.version), \(Self.literal(migration.description))"
        let checksum = "'\\x\(migration.checksum)'"
        let elapsed = "(extract(epoch FROM clock_timestamp() - :'started'::timestamptz) * 1e9)::bigint"
        add(
            """
            SELECT NOT EXISTS (SELECT FROM \(table) WHERE version = \(migration.version)) AS is_pending,
            EXISTS (SELECT FROM \(table) WHERE version = \(migration.version) AND checksum <> \(checksum)) AS is_other,
            clock_timestamp() AS started \\gset
            \\if :is_other
            \\echo deploykit: changed \(migration.version)
            \(Self.refusing("an applied migration was changed"))
            \\endif
            \\if :is_pending
            \\echo deploykit: begins \(migration.version)
            """)
        if migration.isTransactional {
            add("BEGIN;")
        } else {
            // Where it stops half way, the row says so.
            add("INSERT INTO \(table) \(columns) VALUES (\(values), false, \(checksum), -1);")
        }
        places.append((text.lineCount, migration))
        add(migration.sql)
        // What the file set for its session does not hold for what follows.
        add(";\nRESET SESSION AUTHORIZATION;\nRESET ALL;")
        if migration.isTransactional {
            add(
                "INSERT INTO \(table) \(columns) VALUES (\(values), true, \(checksum), \(elapsed));\nCOMMIT;")
        } else {
            add(
                "UPDATE \(table) SET success = true, execution_time = \(elapsed) "
                    + "WHERE version = \(migration.version);")
        }
        add("\\echo deploykit: applied \(migration.version)\n\\endif")
    }

    private mutating func add(_ lines: String) { text += lines + "\n" }

    // MARK: - The parts

    private static let preamble = """
        \\set VERBOSITY verbose
        \\set ECHO errors
        """

    /// Waits for the locks without a transaction that stays open: `CREATE INDEX CONCURRENTLY` of whoever holds them
    /// waits for every open transaction, and the two would wait for each other.
    private static func locking(within limit: Duration, alsoSqlx: Bool) -> String {
        let sqlx =
            alsoSqlx
            ? """

                -- The number of sqlx's lock follows from the CRC-32 of the database's name.
                FOR nth IN 0..octet_length(name) - 1 LOOP
                    crc := crc # get_byte(name, nth);
                    FOR step IN 1..8 LOOP
                        crc := (crc >> 1) # CASE WHEN crc & 1 = 1 THEN 3988292384 ELSE 0 END;
                    END LOOP;
                END LOOP;
                crc := 1026731422 * (crc # 4294967295);
            """ : ""
        let both = alsoSqlx ? " AND pg_try_advisory_lock(crc)" : ""
        return """
            SET statement_timeout = 0;
            DO $deploykit$
            DECLARE
                limit_at timestamptz := clock_timestamp() + interval '\(limit.milliseconds) milliseconds';
                has_own boolean := false;
                crc bigint := 4294967295;
                name bytea := convert_to(current_database(), 'UTF8');
            BEGIN\(sqlx)
                LOOP
                    has_own := has_own OR pg_try_advisory_lock(\(lockKey));
                    EXIT WHEN has_own\(both);
                    IF clock_timestamp() > limit_at THEN
                        RAISE 'another session migrates this database' USING ERRCODE = 'lock_not_available';
                    END IF;
                    COMMIT;
                    PERFORM pg_sleep(0.1);
                    COMMIT;
                END LOOP;
            END
            $deploykit$;
            RESET statement_timeout;
            """
    }

    private static func refusing(_ message: String) -> String {
        "DO $deploykit$ BEGIN RAISE \(literal("deploykit: \(message)")); END $deploykit$;"
    }

    static func literal(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }

    /// A table's name, with its schema where it has one.
    static func quoted(_ name: String) -> String {
        name.split(separator: ".").map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ".")
    }

    // MARK: - The way back

    /// The migration that a line of the text belongs to, and its statement there; nil outside of them.
    func place(ofLine line: Int) -> (migration: Migration, statement: SQLStatement?)? {
        guard let place = places.last(where: { $0.line <= line }) else { return nil }
        let own = line - place.line + 1
        let statements = SQLScript(place.migration.sql).statements
        guard own <= place.migration.sql.lineCount + 1 else {
            return (place.migration, nil)
        }
        // The client names the line on which it came to know the statement's end.
        let statement = statements.first { ($0.line...$0.lastLine).contains(own) } ?? statements.last { $0.line <= own }
        return (place.migration, statement)
    }

    static func == (left: MigrationSession, right: MigrationSession) -> Bool { left.text == right.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension String {
    /// How many lines it has as `psql` counts them: a carriage return before the newline makes no difference.
    fileprivate var lineCount: Int { utf8.count { $0 == UInt8(ascii: "\n") } + 1 }
}
