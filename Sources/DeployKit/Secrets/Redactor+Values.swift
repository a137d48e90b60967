extension FailureEvidence {
    /// The evidence, every text in it without secrets: what containers, health checks and probes printed.
    public func redacted(by secrets: KnownSecrets) -> FailureEvidence {
        var copy = self
        for index in copy.probes.indices { copy.probes[index].detail = secrets.redact(copy.probes[index].detail) }
        for index in copy.containers.indices {
            copy.containers[index].lastHealthOutput = secrets.redact(copy.containers[index].lastHealthOutput)
        }
        for index in copy.servers.indices {
            copy.servers[index].lastCheck = secrets.redact(copy.servers[index].lastCheck)
        }
        for index in copy.logs.indices { copy.logs[index].text = secrets.redact(copy.logs[index].text) }
        return copy
    }
}

extension DeployError {
    /// The error, every text in it without secrets.
    public func redacted(by secrets: KnownSecrets) -> DeployError {
        var copy = self
        copy.message = secrets.redact(message)
        copy.evidence = evidence.map(secrets.redact)
        copy.serving = secrets.redact(serving)
        copy.next = secrets.redact(next)
        copy.facts = facts.map(secrets.redact)
        return copy
    }
}

extension AuditOutcome {
    /// The outcome, its facts without secrets.
    func redacted(by secrets: KnownSecrets) -> AuditOutcome {
        var copy = self
        copy.facts = facts?.map(secrets.redact)
        return copy
    }
}
