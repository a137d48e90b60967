extension DeployError.Code {
    /// All kinds, in order of their exit codes; tests hold the README, the help and `docs/errors.md` to it.
    public static let all: [DeployError.Code] = [
        .refused, .unreachable, .busy, .unhealthy, .image, .edge, .rolledBack, .droplet, .unfit, .audit,
        .migration, .deadline, .gate, .cancelled,
    ]

    /// The name in words: `rolled back`.
    public var words: String {
        name.map { $0.isUppercase ? " \($0.lowercased())" : String($0) }.joined()
    }
}
