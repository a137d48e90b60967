internal import FoundationEssentials

extension ShellDroplet {
    /// Reads the audit trail of the environment, all of it.
    public func auditTrail() async throws -> AuditTrail {
        let boundary = Sections.makeBoundary()
        let output = try await shell.output(
            of: DropletScript.auditTrail.command([boundary, paths.directory], deadline: .seconds(120)))
        return try trail(in: Sections(output, boundary: boundary))
    }

    /// Reads all that a plan follows from and the audit trail, in one round trip.
    func survey() async throws -> (observation: Observation, trail: AuditTrail) {
        let boundary = Sections.makeBoundary()
        let command = DropletScript.survey.command(
            [boundary, paths.root, paths.scope] + schemaQuestion + HAProxyEdge.read.arguments, deadline: .seconds(120))
        let observation = Observation(try await shell.output(of: command), boundary: boundary)
        return (observation, try trail(in: observation.sections))
    }

    private func trail(in sections: Sections) throws -> AuditTrail {
        let text = sections["audit"]
        guard !text.isEmpty else { return AuditTrail() }
        guard let packed = Data(base64Encoded: text), let bytes = Gzip.decompressed(Array(packed)) else {
            throw DeployError(
                .audit, "the audit trail of \(paths.scope) on \(shell.machine) could not be read whole",
                next: "Run the same command again.")
        }
        return AuditTrail(bytes: bytes)
    }
}

extension LeasedShellDroplet {
    func auditTrail() async throws -> AuditTrail { try await droplet.auditTrail() }

    func survey() async throws -> (state: DropletState, trail: AuditTrail) {
        let (observation, trail) = try await droplet.survey()
        return (remember(observation), trail)
    }

    func appendAudit(_ entries: [AuditEntry], after hash: String) async throws {
        try await write(entries, DropletScript.appendAudit, expecting: hash)
    }

    func renewAudit(_ entries: [AuditEntry], replacing digest: Digest) async throws {
        try await write(entries, DropletScript.renewAudit, expecting: digest.hexadecimal)
    }

    private func write(_ entries: [AuditEntry], _ script: DropletScript, expecting text: String) async throws {
        // Through the standard input, for an argument list has an end, and others can read it.
        let lines = entries.flatMap { $0.bytes + [UInt8(ascii: "\n")] }
        let result = try await attempt(
            "writing the audit trail", script.command([directory, text], input: Secret(bytes: lines)))
        if result.status == 76 { throw DeployError.auditMoved(on: fenced.machine) }
        guard result.isSuccess else {
            var error = failure(of: "writing the audit trail", result)
            error.code = .audit
            throw error
        }
    }
}

extension DeployError {
    /// The error of a record whose place in the trail is taken.
    package static func auditMoved(on machine: String) -> DeployError {
        DeployError(
            .audit, "the audit trail on \(machine) changed while this run held the lease",
            next: "Find out what wrote there: audit verify, audit show.")
    }
}
