/// A program to run: an argument vector, what it reads, and how long it may take.
///
/// Arguments are visible to every user of a machine, so a secret is never one: secrets travel in ``input``.
public struct Command: Sendable, Hashable {
    /// The program and its arguments, never joined or split by a shell on the way.
    public var arguments: [String]
    /// The bytes on its standard input; empty by default.
    public var input: Secret
    /// After this time the program is killed, on the machine where it runs; 60 s by default.
    public var deadline: Duration

    /// Makes a command.
    public init(_ arguments: [String], input: Secret = Secret(""), deadline: Duration = .seconds(60)) {
        self.arguments = arguments
        self.input = input
        self.deadline = deadline
    }

    /// A POSIX shell script with positional parameters, run by `sh` under `set -eu`.
    ///
    /// The script's text holds no values: they arrive as `$1`, `$2`, …
    public static func script(
        _ text: String,
        _ parameters: [String] = [],
        input: Secret = Secret(""),
        deadline: Duration = .seconds(60)
    ) -> Command {
        Command(["sh", "-euc", text, "sh"] + parameters, input: input, deadline: deadline)
    }
}
