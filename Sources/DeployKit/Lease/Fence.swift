/// What keeps the commands of a former owner of the lease from taking effect: each runs only under its owner's token.
struct Fence: Sendable, Hashable {
    /// The environment's directory on the droplet.
    let directory: String
    /// The random text that the owner wrote when it took the lease.
    let token: String

    /// The status with which the fence refuses a command.
    static let refusal = 75
    /// What it says then.
    static let refusalMessage = "deploykit: the lease has another owner now"

    /// A command behind the fence: one process tree on the droplet, with the same input and the same deadline.
    func around(_ command: Command) -> Command {
        DropletScript.fence.command(
            [directory, token] + command.arguments, input: command.input, deadline: command.deadline)
    }

    /// Whether a result is the fence's refusal, and not the command's own word.
    static func hasRefused(_ result: CommandResult) -> Bool {
        result.status == refusal && result.errorOutput.contains(refusalMessage)
    }
}

/// A shell whose commands all run behind a fence.
struct FencedShell: Shell {
    let shell: any Shell
    let fence: Fence

    var machine: String { shell.machine }

    func run(_ command: Command) async throws -> CommandResult {
        try await guarded { try await shell.run(fence.around(command)) }
    }

    func run(
        _ command: Command,
        onLine: @escaping @Sendable (String) async throws -> Void
    ) async throws -> CommandResult {
        try await guarded { try await shell.run(fence.around(command), onLine: onLine) }
    }

    func hold<Value: Sendable>(
        _ command: Command,
        while body: @escaping @Sendable (_ lines: AsyncStream<String>) async throws -> Value
    ) async throws -> Value {
        try await shell.hold(fence.around(command), while: body)
    }

    /// The lease lives on the connection: when that is gone, so is the lease.
    private func guarded(_ run: () async throws -> CommandResult) async throws -> CommandResult {
        let result: CommandResult
        do {
            result = try await run()
        } catch let error as ShellError where error.code == .connectionLost {
            throw LeaseError.lost(evidence: error.message)
        }
        if Fence.hasRefused(result) { throw LeaseError.lost(evidence: result.errorOutput.lastLines(1)) }
        return result
    }
}
