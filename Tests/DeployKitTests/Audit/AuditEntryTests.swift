import Testing

@testable import DeployKit

struct AuditEntryTests {
    @Test func `a number that leaves no room for a next one is none of a trail`() {
        let line = #"{"sequence":9223372036854775807,"previous":"","x":1,"signature":""}"#
        #expect(AuditEntry(line: line.utf8) == nil)
        #expect(AuditEntry(line: line.replacing("9223372036854775807", with: "7").utf8) != nil)
    }

    private static func record(_ actor: String) -> AuditRecord {
        AuditRecord(scope: "a-b", at: 1, actor: actor, runURL: "", chain: AuditBeginning(publicKey: ""))
    }

    @Test(arguments: [true, false], ["ana", #"","signature":"x"}"#, "two\nlines\u{0}", "it's \\ é 👍"])
    func `a line comes back as it was written`(isSigned: Bool, actor: String) throws {
        let key = isSigned ? try AuditKey.generate() : nil
        let entry = try AuditEntry(
            Self.record(actor), sequence: 7, previous: String(repeating: "a", count: 64), key: key)
        #expect(!entry.bytes.contains(UInt8(ascii: "\n")))
        let read = try #require(AuditEntry(line: entry.bytes))
        #expect(read == entry)
        #expect(read.record == Self.record(actor))
        if let key { #expect(read.isSigned(by: key.publicKey)) }
    }

    @Test func `the line is readable JSON with its number first and its signature last`() throws {
        let entry = try AuditEntry(Self.record("ana"), sequence: 1, previous: "", key: nil)
        #expect(
            String(decoding: entry.bytes, as: UTF8.self)
                == #"{"sequence":1,"previous":"","actor":"ana","at":1,"chain":{"format":1,"publicKey":""},"#
                + #""runURL":"","scope":"a-b","signature":""}"#)
        #expect(entry.hash == SHA256.hash(entry.bytes).hexadecimal)
    }

    @Test(arguments: [
        "", "{}", #"{"sequence":0,"previous":"","signature":""}"#, #"{"sequence":1,"previous":"abc","signature":""}"#,
        #"{"sequence":1,"previous":"","signature":"AAAA"}"#, #" {"sequence":1,"previous":"","signature":""}"#,
        #"{"sequence":-1,"previous":"","signature":""}"#, #"{"sequence":99999999999999999999,"previous":""}"#,
    ])
    func `what is no line of a trail is none`(line: String) {
        #expect(AuditEntry(line: line.utf8) == nil)
    }
}
