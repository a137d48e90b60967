internal import BankFlow
internal import DeployCommands

/// Deploys BankFlow to staging.
@main
enum CIStage {
    static func main() async {
        await Adapter.main(BankFlow.staging)
    }
}
