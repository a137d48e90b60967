import DeployKit
import Testing

struct MigrationClassificationTests {
    private func classify(_ sql: String, rows: [String: Int] = [:]) -> MigrationClassification {
        MigrationClassification(Migration(version: 1, name: "test", sql: sql), rows: rows)
    }

    @Test(arguments: [
        "CREATE TABLE t (id bigint PRIMARY KEY, note text NOT NULL)",
        "ALTER TABLE t ADD COLUMN note text",
        "ALTER TABLE t ADD note text NOT NULL DEFAULT ''",
        "ALTER TABLE t ADD COLUMN seq bigserial NOT NULL",
        "ALTER TABLE t ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY",
        "ALTER TABLE t ALTER COLUMN note SET DEFAULT 'DROP COLUMN'",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) NOT VALID",
        "ALTER TABLE t VALIDATE CONSTRAINT c",
        "CREATE INDEX i ON t (note)",
        "CREATE INDEX i ON s.t (a); DROP INDEX s.i",
        "ALTER INDEX i RENAME TO j",
        "ALTER TABLE t ALTER COLUMN type SET DEFAULT 'x'", "ALTER TABLE t ADD COLUMN type text",
        "ALTER TABLE t ADD exclude text",
        "ALTER TABLE t ADD COLUMN IF NOT EXISTS o bigint REFERENCES u ON DELETE SET NULL",
        "ALTER TABLE t ADD COLUMN o bigint NOT NULL DEFAULT 0 REFERENCES u ON DELETE SET DEFAULT",
        "ALTER DOMAIN d SET DEFAULT 0",
        "CREATE TABLE IF NOT EXISTS n (id bigint); CREATE INDEX i ON n (id)",
        "DO $$BEGIN CREATE TYPE m AS ENUM ('DROP'); EXCEPTION WHEN duplicate_object THEN NULL; END$$",
        "DO $x$ DECLARE r t.type%TYPE; BEGIN IF NOT EXISTS (SELECT) THEN ALTER TABLE t ADD COLUMN c int; END IF; END $x$",
        "DO 'BEGIN UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END; END'",
        "ALTER TYPE mood ADD VALUE 'glad'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "INSERT INTO t (note) VALUES ('DROP TABLE t')",
        "UPDATE t SET note = ''",
        "COMMENT ON TABLE t IS 'RENAME'",
        "GRANT SELECT ON t TO reader",
        "CREATE TABLE n (id bigint); ALTER TABLE n ALTER COLUMN id TYPE text; CREATE INDEX i ON n (id); DROP TABLE n",
    ]) func `what only adds expands the schema`(sql: String) {
        let found = classify(sql)
        #expect(found.change == .expand, "\(found.reasons)")
    }

    @Test(arguments: [
        "DROP TABLE t", "DROP TABLE IF EXISTS s.t CASCADE", "drop view v", "DROP MATERIALIZED VIEW v", "DROP SCHEMA s",
        "DROP FUNCTION f(int)", "DROP TYPE mood", "DROP TRIGGER g ON t", "DROP SEQUENCE s",
        "ALTER TABLE t DROP COLUMN note", "ALTER TABLE t DROP note", "ALTER TABLE ONLY s.\"T\" ADD a int, DROP b",
        "ALTER TABLE t DROP CONSTRAINT c",
        "ALTER TABLE t RENAME TO u", "ALTER TABLE t RENAME COLUMN a TO b", "ALTER TABLE t RENAME a TO b",
        "ALTER VIEW v RENAME TO w", "ALTER TYPE mood RENAME VALUE 'a' TO 'b'", "ALTER TABLE t SET SCHEMA s",
        "ALTER TABLE t ALTER COLUMN n TYPE bigint", "ALTER TABLE t ALTER n SET DATA TYPE text USING n::text",
        "ALTER TABLE t ALTER COLUMN n SET NOT NULL", "ALTER TABLE t ALTER COLUMN n DROP NOT NULL",
        "ALTER TABLE t ALTER COLUMN n DROP DEFAULT", "ALTER TABLE t ADD COLUMN n int NOT NULL",
        "ALTER TABLE t ADD COLUMN a int, ADD COLUMN b text NOT NULL CHECK (b <> '')",
        "ALTER TABLE t DETACH PARTITION p", "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "TRUNCATE t", "REVOKE SELECT ON t FROM reader",
        "CREATE TABLE IF NOT EXISTS t (id int); ALTER TABLE t DROP COLUMN x",
        "CREATE TEMP TABLE t (id int); DROP TABLE t",
        "CREATE TABLE IF NOT EXISTS t (id int); DROP TABLE t",
        "CREATE TABLE archive.t (id int); ALTER TABLE public.t DROP COLUMN x",
        "CREATE TABLE s.t (id int); DROP TABLE t",
        "CREATE TABLE t (id int); DROP TABLE t; ALTER TABLE t DROP COLUMN x",
        "SET search_path TO s; CREATE TABLE t (id int); RESET search_path; DROP TABLE t",
        "DO $$BEGIN CREATE TABLE t (id int); EXCEPTION WHEN duplicate_table THEN NULL; END$$; DROP TABLE t",
        "ALTER TABLE t ADD COLUMN serial text NOT NULL", "ALTER TABLE t ADD COLUMN generated text NOT NULL",
        "ALTER TABLE t ADD COLUMN o bigint NOT NULL REFERENCES u ON DELETE SET DEFAULT",
        "ALTER TABLE t ADD COLUMN o bigint NOT NULL DEFAULT NULL", "ALTER TABLE t ALTER type TYPE int",
        "ALTER DOMAIN d SET NOT NULL", "ALTER DOMAIN d DROP DEFAULT", "DROP INDEX i",
        "CREATE INDEX IF NOT EXISTS i ON t (a); DROP INDEX i", "CREATE INDEX i ON t (a); DROP INDEX i, j",
        "CREATE INDEX i ON t (a); DROP INDEX i; DROP INDEX i",
        "-- no-transaction\nDROP INDEX CONCURRENTLY i",
        "DO $$ BEGIN ALTER TABLE t DROP COLUMN a; END $$",
        "DO $$BEGIN ALTER TABLE t ADD COLUMN c int NOT NULL; END$$",
        "DO $$BEGIN IF true THEN NULL; ELSE ALTER TABLE t ALTER COLUMN c SET NOT NULL; END IF; END$$",
        "DO $$DECLARE n int := 1; BEGIN <<l>> LOOP ALTER TABLE t SET SCHEMA s; END LOOP; END$$",
        "DO $$BEGIN FOR r IN SELECT 1 LOOP ALTER TABLE t DETACH PARTITION p; END LOOP; END$$",
        "DO 'BEGIN CASE n WHEN 1 THEN DROP TABLE t; END CASE; END' LANGUAGE plpgsql",
        "DO $$BEGIN EXECUTE 'ALTER TABLE t ADD c int'; END$$", "DO LANGUAGE plpython3u $$ run() $$",
        "SELECT 1; -- and then\nDROP TABLE t",
    ]) func `what takes away or changes contracts it, with the statement named`(sql: String) {
        let found = classify(sql)
        #expect(found.change == .contract)
        #expect(found.reasons.contains { $0.weight == .contract && !$0.statement.isEmpty })
    }

    @Test func `an index that locks a big table is refused, and one made concurrently is not`() {
        let rows = ["entries": 2_000_000]
        let locking = classify("CREATE UNIQUE INDEX i ON public.entries (id)", rows: rows)
        #expect(locking.change == .expand)
        #expect(locking.reasons.contains { $0.weight == .blocking && $0.message.contains("2000000") })
        let concurrent = classify("-- no-transaction\nCREATE INDEX CONCURRENTLY i ON entries (id)", rows: rows)
        #expect(concurrent.reasons.isEmpty, "\(concurrent.reasons)")
        let code = classify("SELECT 1;\nDO $$\nBEGIN\n  CREATE INDEX i ON entries (id);\nEND$$", rows: rows)
        #expect(code.reasons.contains { $0.weight == .blocking && $0.line == 4 }, "\(code.reasons)")
        let small = classify("CREATE INDEX i ON small (id)", rows: rows)
        #expect(small.reasons.map(\.weight) == [.note])
    }

    @Test(arguments: [
        "CLUSTER entries USING i", "CLUSTER VERBOSE entries", "CLUSTER i ON s.entries", "VACUUM FULL entries",
        "VACUUM (FULL, ANALYZE) entries", "REINDEX TABLE entries",
    ]) func `a big table that is written anew is refused`(sql: String) {
        let found = classify("-- no-transaction\n" + sql, rows: ["entries": 2_000_000])
        #expect(found.reasons.map(\.weight) == [.blocking], "\(found.reasons)")
    }

    @Test(arguments: ["VACUUM entries", "VACUUM full_entries", "REINDEX TABLE CONCURRENTLY entries"])
    func `what locks a big table for no time is let through`(sql: String) {
        let found = classify("-- no-transaction\n" + sql, rows: ["entries": 2_000_000])
        #expect(found.reasons.isEmpty, "\(found.reasons)")
    }

    @Test func `code may commit only where no transaction is around it`() {
        let sql = "DO $$BEGIN LOOP DELETE FROM t WHERE a; EXIT WHEN NOT FOUND; COMMIT; END LOOP; END$$"
        #expect(classify(sql).reasons.contains { $0.weight == .refusal })
        #expect(!classify("-- no-transaction\n" + sql).reasons.contains { $0.weight == .refusal })
    }

    @Test func `a linter's word on a table that may have been there counts`() {
        var migration = Migration(version: 1, name: "t", sql: "CREATE TABLE IF NOT EXISTS t (id int);\nSELECT 1;")
        migration.lint = [MigrationReason(.contract, line: 1, statement: "", "squawk, a-rule: no")]
        #expect(MigrationClassification(migration).change == .contract)
    }

    @Test(arguments: [
        "BEGIN; SELECT 1; COMMIT", "START TRANSACTION", "CREATE INDEX CONCURRENTLY i ON t (a)", "VACUUM t",
        "SELECT 'open",
        "\\i other.sql",
    ]) func `what cannot run as it stands is refused`(sql: String) {
        #expect(classify(sql).reasons.contains { $0.weight == .refusal })
    }

    @Test func `a linter's word counts, but not about tables that are new`() {
        var migration = Migration(version: 2, name: "more", sql: "ALTER TABLE t ADD COLUMN n int;\nSELECT 1;")
        migration.lint = [MigrationReason(.contract, line: 1, statement: "", "squawk, a-rule: no")]
        #expect(MigrationClassification(migration).change == .contract)
        let first = Migration(version: 1, name: "first", sql: "CREATE TABLE t (id int)")
        let created = MigrationClassification(first)
        #expect(created.change == .expand)
        let candidate = Migration(version: 3, name: "t", sql: "CREATE TABLE t (id int); ALTER TABLE t DROP id")
        #expect(MigrationClassification(candidate).change == .expand)
    }
}
