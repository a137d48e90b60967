import DeployKit
import Testing

struct JSONValueTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-12", "1.5", #""""#, #""a\"b\\c\nd\te""#, "[]", "{}", "[1,[2,[3]]]",
        #"{"a":1,"b":{"c":[true,null]}}"#, #""✓ 🚀 ünïcödé""#, #""\u0001\u007f""#,
    ])
    func `reads and writes the same text`(text: String) throws {
        #expect(try JSONValue(parsing: text).compactText == text)
        #expect(try JSONValue(parsing: JSONValue(parsing: text).prettyText).compactText == text)
    }

    @Test func `reads escapes and white space`() throws {
        let value = try JSONValue(parsing: " { \"a\" : [ 1 ,\t2 ] ,\n\"b\": \"\\u00fc\\ud83d\\ude80\\/\" } ")
        #expect(value == ["a": [1, 2], "b": "ü🚀/"])
    }

    @Test func `writes keys in order, so that equal values give equal texts`() {
        let value: JSONValue = ["b": 1, "a": ["d": 2, "c": []]]
        #expect(value.compactText == #"{"a":{"c":[],"d":2},"b":1}"#)
        #expect(value.prettyText == "{\n  \"a\": {\n    \"c\": [],\n    \"d\": 2\n  },\n  \"b\": 1\n}\n")
    }

    @Test(arguments: [
        ("", 0), ("nul", 0), ("{", 1), ("[1,]", 3), ("[1", 2), (#"{"a" 1}"#, 5), (#""a"#, 2), (#""\x""#, 3),
        ("1 2", 2), ("\"\u{1}\"", 1), ("--1", 0), ("+", 0), (#""\u12""#, 3), (#"{1:2}"#, 1),
    ])
    func `says where a text is not JSON`(text: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.offset == offset)
    }

    @Test func `does not follow brackets without end`() {
        #expect(throws: JSONError.self) {
            try JSONValue(parsing: String(repeating: "[", count: 100_000))
        }
    }
}
