/// How a command ended, and what it printed.
public struct CommandResult: Sendable, Hashable {
    /// The exit status; 128 + N when signal N ended it, as a shell says it.
    public var status: Int
    /// What it wrote to its standard output.
    public var output: String
    /// What it wrote to its standard error.
    public var errorOutput: String

    /// Makes a result.
    public init(status: Int = 0, output: String = "", errorOutput: String = "") {
        self.status = status
        self.output = output
        self.errorOutput = errorOutput
    }

    /// Whether the command exited with 0.
    public var isSuccess: Bool { status == 0 }
}
