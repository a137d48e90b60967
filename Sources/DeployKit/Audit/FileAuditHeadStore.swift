internal import FoundationEssentials

/// Keeps heads in a JSON file on the machine of the run, by scope.
public struct FileAuditHeadStore: AuditHeadStore {
    /// Where the file is.
    public let path: String

    /// Makes a store; the file is made with the first head.
    public init(path: String) {
        self.path = path
    }

    /// The head of a scope in the file; nil without one.
    ///
    /// - Throws: ``DeployError`` when there is a file that cannot be read.
    public func head(of scope: String) async throws -> AuditHead? { try heads()[scope] }

    /// Replaces the file by one with this head, at once or not at all.
    ///
    /// - Throws: ``DeployError`` when it cannot be written.
    public func save(_ head: AuditHead, of scope: String) async throws {
        var heads = try heads()
        heads[scope] = head
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        do {
            try encoder.encode(heads).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw DeployError(
                .audit, "the file of audit heads cannot be written: \(path)", evidence: ["\(error)"],
                next: "Let DEPLOYKIT_AUDIT_HEAD_FILE name a file that this user can write.")
        }
    }

    private func heads() throws -> [String: AuditHead] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        do {
            return try JSONDecoder().decode([String: AuditHead].self, from: Data(contentsOf: URL(filePath: path)))
        } catch {
            throw DeployError(
                .audit, "the file of audit heads cannot be read: \(path)", evidence: ["\(error)"],
                next: "Put it back from where it is kept, or move it away to begin another.")
        }
    }
}
