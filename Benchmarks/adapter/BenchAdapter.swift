internal import DeployCommands
internal import DeployKit

/// Deploys the benchmark's one service, as `ci-stage` deploys BankFlow.
@main
enum BenchAdapter {
    static func main() async {
        await Adapter.main(
            Environment(
                application: "bench",
                name: "single",
                branch: "main",
                routes: [Route("qa.conciliaextrato.com", to: "site")]
            ))
    }
}
