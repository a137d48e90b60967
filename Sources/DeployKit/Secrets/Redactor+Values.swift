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

extension Plan {
    /// The plan, what it says to a person without secrets.
    func redacted(by secrets: KnownSecrets) -> Plan {
        var copy = self
        copy.losses = losses.map(secrets.redact)
        for index in copy.findings.indices {
            copy.findings[index].subject = secrets.redact(copy.findings[index].subject)
            copy.findings[index].message = secrets.redact(copy.findings[index].message)
            copy.findings[index].advice = secrets.redact(copy.findings[index].advice)
        }
        for index in copy.migrations.indices {
            for reason in copy.migrations[index].reasons.indices {
                copy.migrations[index].reasons[reason].redact(by: secrets)
            }
        }
        return copy
    }
}

extension MigrationReason {
    fileprivate mutating func redact(by secrets: KnownSecrets) {
        statement = secrets.redact(statement)
        message = secrets.redact(message)
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

extension GateResult {
    /// The result, every text in it without secrets, before a report is made of it: in a finished one the mark itself
    /// would be no text, as `<` in XML.
    package func redacted(by secrets: KnownSecrets) -> GateResult {
        var copy = self
        copy.reason = secrets.redact(reason)
        copy.tail = tail.map(secrets.redact)
        for index in copy.findings.indices {
            copy.findings[index].file = secrets.redact(copy.findings[index].file)
            copy.findings[index].rule = secrets.redact(copy.findings[index].rule)
            copy.findings[index].message = secrets.redact(copy.findings[index].message)
        }
        return copy
    }
}
