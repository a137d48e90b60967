import Testing

@testable import DeployKit

struct WorkflowCommandTests {
    @Test func `an annotation escapes what would end it or begin another property`() {
        let command = WorkflowCommand.annotation(
            .error, "100 %\r\nof: a, b", title: "x: y, z%", file: "a,b:c.swift", line: 7)
        #expect(
            command.line
                == "::error file=a%2Cb%3Ac.swift,line=7,title=x%3A y%2C z%25::100 %25%0D%0Aof: a, b\n")
        #expect(WorkflowCommand.annotation(.notice, "x").line == "::notice::x\n")
        #expect(WorkflowCommand.group("a\n::error::b").line == "::group::a%0A::error::b\n")
        #expect(WorkflowCommand.mask(Secret("50%")).line == "::add-mask::50%25\n")
    }

    /// What GitHub's runner does with a line: the command that it finds, in either of its two forms.
    private static func command(in line: Substring) -> String? {
        let text = line.drop(while: \.isWhitespace)
        if text.hasPrefix("::"), let end = text.dropFirst(2).firstRange(of: "::") {
            return String(text.dropFirst(2)[..<end.lowerBound])
        }
        return line.firstRange(of: "##[").map { String(line[$0.upperBound...]) }
    }

    @Test(arguments: [
        "::error::x", "  ::add-mask::x", "\t::stop-commands::x", "a\n::group::x", "a\r::debug::x", "a\r\n::debug::x",
        "\u{A0}::debug::x", "\u{FEFF}::debug::x", "\u{1B}::debug::x", "##[error]x", "a ##[add-mask]x", "####[group]x",
        "::::x",
        ":: ::x", ":::debug::x", "::##[error]x",
    ])
    func `the runner finds no command in a text of others`(_ text: String) {
        let harmless = WorkflowCommand.harmless(text)
        for line in harmless.split(whereSeparator: \.isNewline) {
            #expect(Self.command(in: line) == nil, "\(harmless)")
        }
        #expect(harmless.filter { $0 != " " } == text.filter { $0 != " " }, "nothing but spaces is added")
        #expect(WorkflowCommand.harmless(harmless) == harmless)
    }

    @Test(arguments: [
        "", "a::b", "std::vec::Vec\n  at core::fmt", "# heading\n## [link]", "a : b", "[::1]:80", "{\n  \"a\" : 1\n}\n",
    ])
    func `other text stays as it is`(_ text: String) {
        #expect(WorkflowCommand.harmless(text) == text)
    }

    @Test func `an output cannot end where its value says so`() {
        var lines = ["guess", "end-1"]
        let output = WorkflowOutput("release", "v1\nguess\nserving<<guess\nv2")
        #expect(
            output.text { lines.removeFirst() } == "release<<end-1\nv1\nguess\nserving<<guess\nv2\nend-1\n")
        #expect(output.text != output.text)
    }
}
