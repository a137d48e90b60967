public import DeployKit

/// BankFlow, described with DeployKit's values.
public enum BankFlow {
    /// Branch `staging`, on qa.conciliaextrato.com.
    public static let staging = environment(
        "staging", branch: "staging", domain: "qa.conciliaextrato.com", checkpoint: .never, watched: .seconds(10),
        within: .seconds(300),
        gates: GatePolicy(gates))

    /// Branch `main`, on conciliaextrato.com.
    public static let production = environment(
        "production", branch: "main", domain: "conciliaextrato.com", checkpoint: .beforePending,
        watched: .seconds(30), within: .seconds(600), audit: AuditPolicy(requiresSignature: true),
        gates: GatePolicy(gates, isRequired: true), promotesFrom: "staging")

    private static func environment(
        _ name: String, branch: String, domain: String, checkpoint: MigrationPolicy.Checkpoint, watched: Duration,
        within deadline: Duration, audit: AuditPolicy = AuditPolicy(), gates: GatePolicy, promotesFrom: String? = nil
    ) -> Environment {
        Environment(
            application: "bankflow",
            name: name,
            branch: branch,
            routes: [
                Route(domain, to: "site"),
                Route("app.\(domain)", to: "saas"),
                Route("api.\(domain)", to: "api"),
            ],
            watch: WatchPolicy(for: watched),
            deadline: deadline,
            edge: EdgePolicy(trustedProxies: EdgePolicy.cloudflareRanges),
            audit: audit,
            migrations: MigrationPolicy(
                .command(service: "api", arguments: ["migrate"]), checkpoint: checkpoint),
            promotesFrom: promotesFrom,
            gates: gates
        )
    }
}
