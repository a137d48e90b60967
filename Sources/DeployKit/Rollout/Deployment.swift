/// Brings an environment from what is to what should be: observes, plans, carries out.
///
/// ```swift
/// let deployment = Deployment(environment: .staging, droplet: droplet, observer: renderer)
/// try await deployment.deploy(candidate, as: owner)
/// ```
///
/// Running it again does no harm; after a run that died, it finishes or undoes what that one began.
public struct Deployment<C: Clock<Duration>>: Sendable {
    /// Where the release goes.
    public let environment: Environment
    /// The droplet that the environment is on.
    public let droplet: any Droplet
    /// Measures how long steps take, and deadlines.
    public let clock: C
    /// Shows what happens, without ``secrets``: whoever is told, no secret reaches them.
    public var observer: any RolloutObserver { RedactingObserver(observer: givenObserver, secrets: secrets) }
    /// How long to wait while another one holds the lease; zero fails at once.
    public var patience: Duration = .zero
    /// What a person allows beyond the default.
    public var options = PlanOptions()
    /// How the audit trail is written.
    public var audit = AuditSettings()
    /// What is taken out of all that is shown, and of all that is kept on the droplet; a deploy adds its candidate's own.
    ///
    /// A tool of its own that shows what containers print, or goes back to older releases, lets it learn
    /// ``Droplet/secrets()`` first, as the commands do.
    public var secrets = KnownSecrets()
    private let givenObserver: any RolloutObserver

    /// Makes a deployment.
    public init(environment: Environment, droplet: any Droplet, clock: C, observer: any RolloutObserver) {
        self.environment = environment
        self.droplet = droplet
        self.clock = clock
        givenObserver = observer
    }

    /// Plans a deploy from what is on the droplet, changing nothing.
    public func plan(_ candidate: ReleaseCandidate) async throws -> Plan {
        learn(candidate)
        var plan = try planner(for: await droplet.observe()).deploy(candidate, salt: Self.makeSalt())
        plan.findings += audit.findings(environment)
        return plan.redacted(by: secrets)
    }

    /// Plans a rollback from what is on the droplet, changing nothing.
    public func planRollback(to target: Release.ID? = nil) async throws -> Plan {
        var plan = try planner(for: await droplet.observe()).rollback(to: target)
        plan.findings += audit.findings(environment)
        return plan.redacted(by: secrets)
    }

    /// Makes a candidate serve.
    ///
    /// - Returns: How it went; without phases when the candidate served already.
    /// - Throws: ``DeployError``, with what serves now and what to do next.
    public func deploy(_ candidate: ReleaseCandidate, as owner: LeaseOwner) async throws -> RolloutReport {
        learn(candidate)
        try refuse(candidate.findings)
        return try await carryOut(as: owner, candidate: candidate) { planner in
            try planner.deploy(candidate, salt: Self.makeSalt())
        }
    }

    /// Makes a release that served before serve again.
    ///
    /// - Parameters:
    ///   - target: The release; nil for the one before the one that serves.
    ///   - owner: Who does it.
    /// - Returns: How it went; without phases when the release serves already.
    /// - Throws: ``DeployError``, with what serves now and what to do next.
    public func rollBack(to target: Release.ID? = nil, as owner: LeaseOwner) async throws -> RolloutReport {
        try await carryOut(as: owner, candidate: nil) { planner in try planner.rollback(to: target) }
    }

    private func carryOut(
        as owner: LeaseOwner,
        candidate: ReleaseCandidate?,
        _ makePlan: @escaping @Sendable (Planner) throws -> Plan
    ) async throws -> RolloutReport {
        do {
            try audit.check(environment)
            let known = await knownHead()
            return try await withLease(as: owner) { leased in
                let (state, trail) = try await leased.survey()
                let log = try log(trail, of: state, known: known, as: owner)
                var plan = try makePlan(planner(for: state))
                plan.findings += audit.findings(environment) + log.findings
                try refuse(plan.findings)
                var driver = RolloutDriver(
                    environment: environment, droplet: leased, clock: clock, observer: observer,
                    candidate: candidate, actor: owner.actor, secrets: secrets)
                driver.counters = state.edgeStatus.counters
                guard !plan.isEmpty else { return try await driver.carryOut(plan, images: state.images) }
                let intended = plan
                return try await audited(AuditIntent(plan, schema: state.schema), in: log, on: leased) {
                    let report = try await driver.carryOut(intended, images: state.images)
                    var outcome = AuditOutcome(report)
                    let newest = intended.steps.flatMap(\.migrations).max() ?? state.schema?.version
                    outcome.schemaAfter = newest.map(String.init)
                    return (report, outcome)
                }
            }
        } catch {
            throw DeployError(error).ofEndedRun(isCancelled: Task.isCancelled).redacted(by: secrets)
        }
    }

    private func learn(_ candidate: ReleaseCandidate) {
        secrets.exempt(environment.publicNames + candidate.publicNames)
        secrets.learn(candidate.secrets)
    }

    private func planner(for state: DropletState) -> Planner {
        Planner(environment: environment, state: state, options: options)
    }

    private func refuse(_ findings: [Finding]) throws {
        let refusals = findings.filter { $0.severity == .refusal }
        guard let first = refusals.first else { return }
        let advice = refusals.map(\.advice).filter { !$0.isEmpty }.joined(separator: " ")
        throw DeployError(
            .refused,
            refusals.count == 1
                ? "\(first.subject): \(first.message)"
                : "\(refusals.count) findings stop the deploy; nothing was changed",
            evidence: refusals.count == 1 ? [] : refusals.map { "\($0.subject): \($0.message)" },
            next: advice.isEmpty ? "Mend it, and look at the result with the command plan." : advice
        ).redacted(by: secrets)
    }

    private static func makeSalt() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in String(generator.next() as UInt64, radix: 36) }.joined()
    }
}
