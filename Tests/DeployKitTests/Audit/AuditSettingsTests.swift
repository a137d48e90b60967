import FoundationEssentials
import Testing

@testable import DeployKit

struct AuditSettingsTests {
    private let key = AuditKey(seed: Secret(bytes: [UInt8](repeating: 7, count: 32)))

    @Test func `keys that cannot be read, or do not belong together, are named`() throws {
        let key = try #require(key)
        for name in ["DEPLOYKIT_AUDIT_KEY", "DEPLOYKIT_AUDIT_PUBLIC_KEY"] {
            let error = #expect(throws: DeployError.self) { try AuditSettings(from: [name: "nonsense"]) }
            #expect(error?.message.contains(name) == true)
        }
        var variables = ["DEPLOYKIT_AUDIT_KEY": key.text.revealed]
        #expect(try AuditSettings(from: variables).trustedKey(of: Fixture.environment) == key.publicKey)
        variables["DEPLOYKIT_AUDIT_PUBLIC_KEY"] = try AuditKey.generate().publicKey.description
        let settings = try AuditSettings(from: variables)
        let error = #expect(throws: DeployError.self) { try settings.trustedKey(of: Fixture.environment) }
        #expect(error?.evidence.count == 2)
        #expect(error?.evidence.contains { $0.contains(key.text.revealed) } == false)
    }

    @Test func `the environment's public key asks for the private one`() throws {
        var environment = Fixture.environment
        #expect(try AuditSettings(from: [:]).findings(environment).map(\.severity) == [.warning])
        environment.audit.publicKey = try #require(key).publicKey.description
        #expect(try AuditSettings(from: [:]).findings(environment).map(\.severity) == [.refusal])
        #expect(AuditSettings(key: key).findings(environment) == [])
    }

    @Test func `a file keeps the heads of several environments`() async throws {
        let folder = try TemporaryFolder()
        let store = FileAuditHeadStore(path: folder.url.appending(path: "heads.json").path)
        #expect(try await store.head(of: "a") == nil)
        let head = AuditHead(sequence: 3, hash: String(repeating: "a", count: 64))
        try await store.save(head, of: "a")
        try await store.save(AuditHead(sequence: 1, hash: head.hash), of: "b")
        #expect(try await store.head(of: "a") == head)
        try folder.write("{", to: "heads.json")
        await #expect(throws: DeployError.self) { try await store.head(of: "a") }
        await #expect(throws: DeployError.self) { try await store.save(head, of: "a") }
    }
}
