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
        "DROP INDEX i",
        "ALTER INDEX i RENAME TO j",
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
        "DO $$ BEGIN ALTER TABLE t DROP COLUMN a; END $$",
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
        let small = classify("CREATE INDEX i ON small (id)", rows: rows)
        #expect(small.reasons.map(\.weight) == [.note])
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
