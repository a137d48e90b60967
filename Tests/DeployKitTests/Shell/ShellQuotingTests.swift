import DeployKit
import Testing

struct ShellQuotingTests {
    static let nasty = [
        "", " ", "plain", "a b", "it's", "''", "'", "\"", "$HOME", "`id`", "$(id)", "\\", "\\'", "a\nb", "\n", "*", "?",
        "[a]", "~", "~root", "#x", "!x", "a;b", "a&b", "a|b", "<x", ">x", "(x)", "{a,b}", "-n", "--", "%s", "é", "日本",
        "tab\tx", "=", "A=b", "\u{1}", "a\r\n", "'\u{301}; false",
    ]

    @Test func `a shell sees exactly the arguments`() async throws {
        let line = "printf '<%s>' " + ShellQuoting.line(Self.nasty)
        let printed = try await LocalShell().output(of: Command(["sh", "-c", line]))
        #expect(printed == Self.nasty.map { "<\($0)>" }.joined())
    }

    @Test func `quoting twice is undone by two shells`() async throws {
        let inner = "printf '<%s>' " + ShellQuoting.line(Self.nasty)
        let outer = ShellQuoting.line(["sh", "-c", inner])
        let printed = try await LocalShell().output(of: Command(["sh", "-c", outer]))
        #expect(printed == Self.nasty.map { "<\($0)>" }.joined())
    }

    @Test func `plain arguments stay readable`() {
        #expect(ShellQuoting.line(["docker", "ps", "--filter", "a b"]) == "docker ps --filter 'a b'")
    }
}
