/// Why a command on a machine did not do what it should.
public struct ShellError: Error, Sendable, Hashable {
    /// What went wrong, as a kind.
    public struct Code: Sendable, Hashable {
        /// The name of the kind.
        public let name: String

        /// The command ended with a status that is not 0.
        public static let failed = Code(name: "failed")
        /// The program could not be started.
        public static let notStarted = Code(name: "notStarted")
        /// The command ran past its deadline and was killed.
        public static let deadline = Code(name: "deadline")
        /// The machine did not answer.
        public static let unreachable = Code(name: "unreachable")
        /// The machine answered and did not accept the key.
        public static let refused = Code(name: "refused")
        /// The machine showed a host key that is not the expected one.
        public static let hostKey = Code(name: "hostKey")
        /// The connection was there and is gone.
        public static let connectionLost = Code(name: "connectionLost")
    }

    /// The kind.
    public var code: Code
    /// The machine.
    public var machine: String
    /// What happened, in a sentence.
    public var message: String
    /// The exit status, where there is one.
    public var status: Int?
    /// The last lines that the command printed.
    public var evidence: String

    /// Makes an error.
    public init(_ code: Code, machine: String, message: String, status: Int? = nil, evidence: String = "") {
        self.code = code
        self.machine = machine
        self.message = message
        self.status = status
        self.evidence = evidence
    }

    /// Makes the error of a command that ended with a status that is not 0.
    public init(failed command: Command, on machine: String, result: CommandResult) {
        let program = command.arguments.first ?? ""
        let printed = result.errorOutput.isEmpty ? result.output : result.errorOutput
        self.init(
            .failed,
            machine: machine,
            message: "\(program) exited with status \(result.status)",
            status: result.status,
            evidence: printed.lastLines(20)
        )
    }
}

extension String {
    /// The last `count` lines, without the white space around them.
    package func lastLines(_ count: Int) -> String {
        split(separator: "\n", omittingEmptySubsequences: false)
            .reversed().drop { $0.allSatisfy(\.isWhitespace) }.prefix(count)
            .reversed().joined(separator: "\n")
    }
}
