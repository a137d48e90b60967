public import DeployKit

extension FakeDroplet {
    /// Reads the audit trail of the environment.
    public func auditTrail() async throws -> AuditTrail {
        try await read(.auditTrail) { world in
            AuditTrail(bytes: world.scopes[environment.scope]?.auditTrail ?? [])
        }
    }

    /// The lines of the audit trail on the droplet, without their newlines.
    public var auditLines: [String] {
        scope { scope in
            scope.auditTrail.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The audit trails that were given up, in order.
    public var formerAuditTrails: [AuditTrail] { scope { $0.formerAuditTrails.map { AuditTrail(bytes: $0) } } }

    /// Changes the lines of the audit trail, as somebody does who can write on the droplet.
    public func tamper(_ change: (inout [String]) -> Void) {
        var lines = auditLines
        change(&lines)
        let bytes = lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
        self.change { scope, _ in scope.auditTrail = bytes }
    }

    /// Adds bytes without a newline at the end of the audit trail, as a crash in the middle of a write leaves them.
    public func tearAuditTrail(leaving bytes: String) {
        change { scope, _ in scope.auditTrail += Array(bytes.utf8) }
    }
}
