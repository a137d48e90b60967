import DeployKit

extension FakeLeasedDroplet {
    func auditTrail() async throws -> AuditTrail { try await droplet.auditTrail() }

    func appendAudit(_ entries: [AuditEntry], after hash: String) async throws {
        try await perform(.appendAudit) { extent in
            let bytes = Self.bytes(entries)
            try change(noting: extent == .whole ? .appendAudit(entries.map(\.sequence)) : nil) { scope, _ in
                var trail = AuditTrail(bytes: scope.auditTrail)
                if trail.torn > 0 { trail = AuditTrail(bytes: Array(trail.bytes.dropLast(trail.torn))) }
                let last = trail.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                    .dropLast().last.map { SHA256.hash(Array($0)).hexadecimal }
                guard last == nil || last != entries.last?.hash else { return }
                guard last ?? "" == hash else { throw DeployError.auditMoved(on: "fake droplet") }
                // Half of it is a line without its end.
                scope.auditTrail = trail.bytes + extent.of(bytes)
            }
        }
    }

    func renewAudit(_ entries: [AuditEntry], replacing digest: Digest) async throws {
        try await perform(.renewAudit) { extent in
            guard extent == .whole else { return }
            try change(noting: .renewAudit(entries.map(\.sequence))) { scope, _ in
                let trail = AuditTrail(bytes: scope.auditTrail)
                guard trail.last == nil || trail.last != entries.last else { return }
                guard trail.digest == digest else { throw DeployError.auditMoved(on: "fake droplet") }
                scope.formerAuditTrails.append(trail.bytes)
                scope.auditTrail = Self.bytes(entries)
            }
        }
    }

    private static func bytes(_ entries: [AuditEntry]) -> [UInt8] {
        entries.flatMap { $0.bytes + [UInt8(ascii: "\n")] }
    }
}
