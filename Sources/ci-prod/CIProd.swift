internal import BankFlow
internal import DeployCommands

/// Deploys BankFlow to production.
@main
enum CIProd {
    static func main() async {
        await Adapter.main(BankFlow.production)
    }
}
