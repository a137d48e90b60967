import DeployKit
import Testing

struct MarkdownTests {
    @Test func `a text of others means nothing to Markdown, HTML or a table`() {
        #expect(
            Markdown.escaped("<img src=x>|`a` [b](c) **d** a_b #1 @ana &\nnext")
                == ##"&lt;img src=x&gt;\|\`a\` \[b\]\(c\) \*\*d\*\* a\_b \#1 \@ana &amp; next"##)
        #expect(Markdown.escaped("a\u{202E}b\u{1B}[2J") == #"a b \[2J"#)
    }

    @Test func `a block does not end where its text says so`() {
        #expect(Markdown.block(["a", "```", "b"]) == "````text\na\n```\nb\n````\n")
        #expect(Markdown.block(["x"]) == "```text\nx\n```\n")
    }

    @Test func `a link leads to a page and nowhere else`() {
        #expect(Markdown.link("a|b", to: "https://x.example/y") == #"[a\|b](https://x.example/y)"#)
        #expect(Markdown.link("a", to: "javascript:alert(1)") == "a")
        #expect(Markdown.link("a", to: "https://x/) [b](https://y") == "a")
        #expect(Markdown.link("a", to: "") == "a")
    }

    @Test func `a table without rows is none`() {
        #expect(Markdown.table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n")
        #expect(Markdown.table(["a"], []) == "")
    }
}
