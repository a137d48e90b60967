internal import DeployKit

extension CommandContext {
    static func live(_ environment: Environment) -> CommandContext { fatalError() }
}
