import DeployKit
import Testing

struct SignedEnvelopeTests {
    private struct Note: Codable, Equatable { var text: String }
    private let note = Note(text: "built")
    private let type = "application/vnd.deploykit.note+json"

    @Test func `a document is what was signed`() throws {
        let key = try AuditKey.generate()
        let envelope = try SignedEnvelope(note, type: type, key: key)
        #expect(try envelope.open(Note.self, type: type, signedBy: key.publicKey) == note)
    }

    @Test func `a document that was changed, unsigned, signed by another or of another type is refused`() throws {
        let key = try AuditKey.generate()
        var changed = try SignedEnvelope(note, type: type, key: key)
        changed.payload = try SignedEnvelope(Note(text: "promoted"), type: type, key: nil).payload
        let others = [
            changed, try SignedEnvelope(note, type: type, key: nil),
            try SignedEnvelope(note, type: type, key: try AuditKey.generate()),
            try SignedEnvelope(note, type: "text/plain", key: key),
        ]
        for envelope in others {
            #expect(throws: DeployError.self) {
                try envelope.open(Note.self, type: type, signedBy: key.publicKey)
            }
        }
    }
}
