import DeployKitTesting
import Testing

@testable import DeployKit

/// What somebody can do to a trail who can write on the droplet, and does not have the key.
struct AuditTamperingTests {
    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: AuditProblem.Kind
        let records: ClosedRange<Int>
        var needsHead = false
        let change: @Sendable (inout [String]) throws -> Void
    }

    static let all = [
        Tampering(testDescription: "a record is edited", kind: .edited, records: 3...3) {
            $0.edit(2, "5000", "5001")
        },
        Tampering(testDescription: "the signature of a record is edited", kind: .edited, records: 3...3) {
            $0[2] = String($0[2].dropLast(10)) + "AAAAAA==\"}"
        },
        Tampering(testDescription: "the last record is edited", kind: .edited, records: 9...9, needsHead: true) {
            $0.edit(8, "5000", "5001")
        },
        Tampering(testDescription: "white space is added", kind: .unreadable, records: 3...3) { $0[2] += "\r" },
        Tampering(testDescription: "a record is removed", kind: .removed, records: 4...4) { $0.remove(at: 3) },
        Tampering(testDescription: "several records are removed", kind: .removed, records: 4...6) {
            $0.removeSubrange(3...5)
        },
        Tampering(testDescription: "the beginning is removed", kind: .removed, records: 1...2) {
            $0.removeFirst(2)
        },
        Tampering(testDescription: "two records change places", kind: .reordered, records: 4...4) {
            $0.swapAt(3, 4)
        },
        Tampering(testDescription: "the end is cut off", kind: .truncated, records: 8...9, needsHead: true) {
            $0.removeLast(2)
        },
        Tampering(testDescription: "everything is removed", kind: .truncated, records: 1...9, needsHead: true) {
            $0.removeAll()
        },
        Tampering(testDescription: "a record is written without the key", kind: .forged, records: 10...10) {
            $0.append(try forgery(after: $0, signature: String(repeating: "A", count: 86) + "=="))
        },
        Tampering(testDescription: "all records from one on are written anew", kind: .forged, records: 3...9) {
            $0 = try rewritten($0, from: 2)
        },
        Tampering(testDescription: "a record is added without a signature", kind: .unsigned, records: 10...10) {
            $0.append(try forgery(after: $0, signature: ""))
        },
        Tampering(
            testDescription: "the whole trail is signed with another key", kind: .otherKey, records: 1...9
        ) {
            $0 = try AuditFixture(key: 2).lines
        },
        Tampering(testDescription: "a record is repeated at the end", kind: .duplicated, records: 2...2) {
            $0.append($0[1])
        },
        Tampering(testDescription: "a record is put between two others", kind: .inserted, records: 5...5) {
            $0.insert(try forgery(after: Array($0[..<4]), signature: ""), at: 4)
        },
        Tampering(testDescription: "a line is no record", kind: .unreadable, records: 4...4) { $0[3] = "{}" },
        Tampering(testDescription: "a line is added that is no record", kind: .unreadable, records: 4...4) {
            $0.insert("", at: 3)
        },
        Tampering(
            testDescription: "a record of another environment is added", kind: .otherEnvironment, records: 10...10
        ) {
            $0.append(try AuditFixture(deploys: 6, scope: "bankflow-staging").lines[9])
        },
        Tampering(testDescription: "a record of another chain is put in its place", kind: .replayed, records: 5...5) {
            $0[4] = try AuditFixture(deploys: 3, firstSequence: 3).lines[2]
        },
        Tampering(
            testDescription: "another trail of the key is put in its place", kind: .rewritten, records: 9...9,
            needsHead: true
        ) {
            $0 = try AuditFixture(deploys: 7, by: "bob").lines
        },
    ]

    @Test(arguments: all)
    func `each is detected and named`(_ tampering: Tampering) throws {
        let fixture = try AuditFixture()
        var lines = fixture.lines
        try tampering.change(&lines)
        let head = tampering.needsHead ? fixture.head : nil
        let problems = fixture.verify(lines, head: head).problems
        #expect(
            problems.contains {
                $0.kind == tampering.kind && $0.first == tampering.records.lowerBound
                    && $0.last == tampering.records.upperBound
            }, "\(problems.map(\.text))")
        #expect(problems.count <= 2, "\(problems.map(\.text))")
        #expect(!fixture.verify(lines, head: head, depth: .lastSignature).isIntact, "the check before a deploy")
    }

    @Test func `at least ten kinds have a name`() {
        #expect(Set(Self.all.map(\.kind)) == Set(AuditProblem.Kind.allCases))
    }

    @Test(arguments: [AuditTrail.Depth.everySignature, .lastSignature])
    func `what nobody touched verifies`(depth: AuditTrail.Depth) throws {
        let fixture = try AuditFixture()
        let verdict = fixture.verify(fixture.lines, head: fixture.head, depth: depth)
        #expect(verdict.problems.map(\.text) == [])
        #expect(verdict.notes == [])
        #expect(verdict.head == fixture.head && verdict.records == 9)
        #expect(fixture.verify(fixture.lines, head: fixture.entries[3].head, depth: depth).isIntact)
        #expect(fixture.verify([], depth: depth).isIntact)
    }

    @Test(arguments: [AuditTrail.Depth.everySignature, .lastSignature])
    func `a trail without signatures still shows what was edited or removed`(depth: AuditTrail.Depth) throws {
        let fixture = try AuditFixture(key: nil)
        func verify(_ lines: [String]) -> [String] {
            AuditTrail(lines.map { $0 + "\n" }.joined())
                .verify(AuditExpectation(scope: AuditFixture.scope), depth: depth).problems.map(\.kind.rawValue)
        }
        var lines = fixture.lines
        #expect(verify(lines) == [])
        lines.edit(2, "5000", "5001")
        #expect(verify(lines) == ["edited"])
        lines.remove(at: 2)
        #expect(verify(lines) == ["removed"])
        #expect(fixture.verify(fixture.lines, depth: depth).problems.map(\.kind) == [.unsigned])
    }

    @Test func `a line that a crash cut off is no tampering`() throws {
        let fixture = try AuditFixture()
        let text = fixture.lines.map { $0 + "\n" }.joined() + #"{"sequence":10,"prev"#
        let verdict = AuditTrail(text).verify(
            AuditExpectation(scope: AuditFixture.scope, key: fixture.key.publicKey, head: fixture.head))
        #expect(verdict.isIntact)
        #expect(verdict.notes.count == 1 && verdict.notes[0].contains("20 bytes"), "\(verdict.notes)")
    }

    @Test func `without a key of one's own the trail's word is taken, and that is said`() throws {
        let fixture = try AuditFixture()
        let verdict = AuditTrail(fixture.lines.map { $0 + "\n" }.joined())
            .verify(AuditExpectation(scope: AuditFixture.scope))
        #expect(verdict.isIntact)
        #expect(verdict.notes.contains { $0.contains("own word") })
    }

    @Test func `one edit among many records is the only one that is named`() throws {
        let fixture = try AuditFixture(deploys: 200)
        var lines = fixture.lines
        lines.edit(200, "5000", "5001")
        #expect(
            fixture.verify(lines, depth: .lastSignature).problems.map(\.text) == [
                "edited: record 201: its text is not the one that was written"
            ])
    }

    /// A record that fits after others, without the key.
    private static func forgery(after lines: [String], signature: String) throws -> String {
        let last = try #require(lines.last.flatMap { AuditEntry(line: $0.utf8) })
        var record = AuditRecord(scope: AuditFixture.scope, at: 1_800_000_000, actor: "mallory", runURL: "")
        record.before = AuditIntent(action: .rollback)
        let entry = try AuditEntry(record, sequence: last.sequence + 1, previous: last.hash, key: nil)
        return String(decoding: entry.bytes, as: UTF8.self)
            .replacing(#""signature":"""#, with: "\"signature\":\"\(signature)\"")
    }

    /// The lines with other times from an index on, each again with the hash of the one before.
    private static func rewritten(_ lines: [String], from index: Int) throws -> [String] {
        var lines = lines
        for index in index..<lines.count {
            let before = try #require(AuditEntry(line: lines[index - 1].utf8))
            let entry = try #require(AuditEntry(line: lines[index].utf8))
            lines.edit(index, entry.previous, before.hash)
            lines.edit(index, #""at":17"#, #""at":16"#)
        }
        return lines
    }
}
