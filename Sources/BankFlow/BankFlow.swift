public import DeployKit

/// BankFlow, described with DeployKit's values.
public enum BankFlow {
    /// Branch `staging`, on qa.conciliaextrato.com.
    public static let staging = environment(
        "staging", branch: "staging", domain: "qa.conciliaextrato.com", checkpoint: .never)

    /// Branch `main`, on conciliaextrato.com.
    public static let production = environment(
        "production", branch: "main", domain: "conciliaextrato.com", checkpoint: .beforePending)

    private static func environment(
        _ name: String, branch: String, domain: String, checkpoint: MigrationPolicy.Checkpoint
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
            migrations: MigrationPolicy(
                .command(service: "api", arguments: ["migrate"]), checkpoint: checkpoint)
        )
    }
}
