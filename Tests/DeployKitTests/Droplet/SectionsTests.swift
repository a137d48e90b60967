import Testing

@testable import DeployKit

struct SectionsTests {
    @Test func `takes an output apart at the boundary`() {
        let sections = Sections("\nB one\nfirst\nsecond\n\nB two words\n\nB three\nx", boundary: "B")
        #expect(
            sections.parts == [
                Sections.Part(name: "one", text: "first\nsecond"), Sections.Part(name: "two words", text: ""),
                Sections.Part(name: "three", text: "x"),
            ])
        #expect(sections["one"] == "first\nsecond")
        #expect(sections["none"].isEmpty)
    }

    @Test func `begins at the first line, too`() {
        #expect(Sections("B one\nx\n", boundary: "B")["one"] == "x")
    }

    @Test func `finds a boundary behind a line that ends like on Windows`() {
        let sections = Sections("B log\nlast line\r\n\nB next\ny", boundary: "B")
        #expect(sections["log"] == "last line\r")
        #expect(sections["next"] == "y")
    }

    @Test func `takes nothing for a boundary that is not at the begin of a line`() {
        let sections = Sections("B log\nsays B two\nBtwo\n", boundary: "B")
        #expect(sections.parts.count == 1)
        #expect(sections["log"] == "says B two\nBtwo")
    }

    @Test func `leaves out what comes before the first boundary`() {
        #expect(Sections("noise\n\nB one\nx", boundary: "B").parts.map(\.name) == ["one"])
        #expect(Sections("noise", boundary: "B").parts.isEmpty)
    }

    @Test func `lists parts by the first word of their names`() {
        let sections = Sections("B release 1.0\na\nB salt\nb\nB release 2\nc", boundary: "B")
        #expect(sections.all("release").map(\.name) == ["1.0", "2"])
        #expect(sections.all("release").map(\.text) == ["a", "c"])
    }
}
