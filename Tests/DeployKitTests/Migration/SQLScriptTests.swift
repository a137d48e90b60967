import Testing

@testable import DeployKit

struct SQLScriptTests {
    @Test func `splits where PostgreSQL's client does`() {
        let script = SQLScript(
            """
            -- a comment; with a semicolon
            CREATE TABLE a (note text DEFAULT 'it''s; "so"'); /* and /* one; within */ another; */
            INSERT INTO a VALUES ('x', E'a\\';b');
            CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$
            BEGIN RETURN 1; END
            $body$;
            CREATE FUNCTION g(n int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN n > 1 THEN 1 END; SELECT 2; END;
            CREATE RULE r AS ON INSERT TO a DO ALSO (SELECT 1; SELECT 2);
            SELECT "odd;name" FROM a
            """)
        #expect(script.statements.map(\.line) == [2, 3, 4, 7, 8, 9])
        #expect(script.statements.map(\.lastLine) == [2, 3, 6, 7, 8, 9])
        #expect(script.statements[0].text.hasPrefix("CREATE TABLE a"))
        #expect(!script.statements[0].text.contains("comment"))
        #expect(script.unterminated == nil)
        #expect(script.metacommandLine == nil)
    }

    @Test func `empty statements and comments are none`() {
        #expect(SQLScript(" ;; -- nothing\n/* */;").statements.isEmpty)
    }

    @Test(arguments: [
        ("SELECT 1;\nSELECT 'open;", "a text in quotes", 2), ("SELECT \"open", "a name in quotes", 1),
        ("\nSELECT $x$ body $y$", "a text in dollar quotes", 2), ("SELECT 1 /* open /* */", "a comment", 1),
        ("SELECT (1;", "a parenthesis", 1),
    ]) func `finds what begins and never ends`(text: String, what: String, line: Int) throws {
        let found = try #require(SQLScript(text).unterminated)
        #expect(found.what == what)
        #expect(found.line == line)
    }

    @Test func `finds a command of the client, and no backslash in quotes`() {
        #expect(SQLScript("SELECT '\\d';\n\\i other.sql").metacommandLine == 2)
        #expect(SQLScript("SELECT $$ \\d $$, '\\d'").metacommandLine == nil)
    }

    @Test func `a long statement is cut to a line`() {
        let statement = SQLScript("SELECT\n  " + String(repeating: "1 + ", count: 100) + "1").statements.first
        #expect(statement?.summary.count == 100)
        #expect(statement?.summary.hasPrefix("SELECT 1 + 1") == true)
    }
}
