public import DeployKit
internal import Synchronization

/// A shell for tests: it runs nothing, answers as it was told, and remembers what it was asked.
///
/// A command is answered by the first expectation that matches it and is not used up; one that nothing matches
/// throws ``UnexpectedCommand``, so that a test names every effect of what it tests.
///
/// ```swift
/// let shell = ScriptedShell()
/// shell.expect(Command(["docker", "ps"]), output: "web\n")
/// …
/// #expect(shell.commands == [Command(["docker", "ps"])])
/// try shell.finish()
/// ```
public final class ScriptedShell: Shell {
    /// What a command does.
    public typealias Answer = @Sendable (Command) async throws -> CommandResult

    /// A command that no expectation matches.
    public struct UnexpectedCommand: Error, CustomStringConvertible {
        /// The command.
        public var command: Command
        /// What was still expected.
        public var expected: [String]

        /// The argument vector, and what was expected instead.
        public var description: String {
            let rest = expected.isEmpty ? "nothing more" : expected.joined(separator: "; ")
            return "unexpected command \(command.arguments); expected: \(rest)"
        }
    }

    /// Expectations that no command met.
    public struct UnmetExpectations: Error, CustomStringConvertible {
        /// What was expected.
        public var expected: [String]

        /// What was expected and did not come.
        public var description: String { "never run: \(expected.joined(separator: "; "))" }
    }

    private struct Expectation: Sendable {
        var description: String
        var matches: @Sendable (Command) -> Bool
        var answer: Answer
        var repeats: Bool
        var isUsed = false
    }

    private struct State {
        var expectations: [Expectation] = []
        var commands: [Command] = []
    }

    private let state = Mutex(State())

    /// The machine, as errors name it.
    public let machine: String

    /// Makes a shell that expects nothing.
    public init(machine: String = "a scripted machine") {
        self.machine = machine
    }

    /// The commands so far, in their order; those that are held too.
    public var commands: [Command] { state.withLock { $0.commands } }

    /// Expects exactly this command once, and lets it succeed with an output.
    public func expect(_ command: Command, output: String = "") {
        expect(command, result: CommandResult(output: output))
    }

    /// Expects exactly this command once.
    public func expect(_ command: Command, result: CommandResult) {
        expect("\(command.arguments)", where: { $0 == command }, answer: { _ in result })
    }

    /// Expects a command that `matches`, once or as often as it comes.
    ///
    /// - Parameters:
    ///   - description: What is expected, for the errors.
    ///   - repeats: Whether any number of commands may match; none need to.
    ///   - matches: Whether a command is the expected one.
    ///   - answer: What it does.
    public func expect(
        _ description: String,
        repeats: Bool = false,
        where matches: @escaping @Sendable (Command) -> Bool,
        answer: @escaping Answer
    ) {
        let expectation = Expectation(
            description: description, matches: matches, answer: answer, repeats: repeats)
        state.withLock { $0.expectations.append(expectation) }
    }

    /// Checks that every expectation was met.
    ///
    /// - Throws: ``UnmetExpectations``.
    public func finish() throws {
        let unmet = state.withLock { $0.expectations.filter { !$0.isUsed && !$0.repeats }.map(\.description) }
        guard unmet.isEmpty else { throw UnmetExpectations(expected: unmet) }
    }

    /// Answers a command.
    public func run(_ command: Command) async throws -> CommandResult {
        try Task.checkCancellation()
        return try await take(command)(command)
    }

    /// Answers a command, and hands the lines of the scripted output on.
    public func run(
        _ command: Command,
        onLine: @escaping @Sendable (String) async throws -> Void
    ) async throws -> CommandResult {
        var result = try await run(command)
        for line in result.output.split(separator: "\n", omittingEmptySubsequences: false).dropLastIfEmpty() {
            try await onLine(String(line))
        }
        result.output = ""
        return result
    }

    /// Keeps a scripted command running: it prints the output of its answer at once.
    ///
    /// An answer with status 0 runs as long as `body`; one with another status has ended after its output, and
    /// `body` is cancelled.
    public func hold<Value: Sendable>(
        _ command: Command,
        while body: @escaping @Sendable (_ lines: AsyncStream<String>) async throws -> Value
    ) async throws -> Value {
        let result = try await run(command)
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        for line in result.output.split(separator: "\n", omittingEmptySubsequences: false).dropLastIfEmpty() {
            continuation.yield(String(line))
        }
        if result.isSuccess {
            defer { continuation.finish() }
            return try await body(lines)
        }
        continuation.finish()
        let ended = await withTaskGroup(of: Result<Value, any Error>.self) { group in
            group.addTask {
                do { return .success(try await body(lines)) } catch { return .failure(error) }
            }
            group.cancelAll()
            return await group.next() ?? .failure(CancellationError())
        }
        if case .failure(let error) = ended, !(error is CancellationError) { throw error }
        throw ShellError(
            .connectionLost,
            machine: machine,
            message: "\(command.arguments.first ?? "") ended with status \(result.status) while it was still needed",
            status: result.status,
            evidence: result.errorOutput
        )
    }

    private func take(_ command: Command) throws -> Answer {
        try state.withLock { state throws(UnexpectedCommand) in
            state.commands.append(command)
            let index = state.expectations.firstIndex { ($0.repeats || !$0.isUsed) && $0.matches(command) }
            guard let index else {
                let expected = state.expectations.filter { !$0.isUsed && !$0.repeats }.map(\.description)
                throw UnexpectedCommand(command: command, expected: expected)
            }
            state.expectations[index].isUsed = true
            return state.expectations[index].answer
        }
    }
}

extension [Substring] {
    /// Without the empty piece after a final newline.
    fileprivate func dropLastIfEmpty() -> ArraySlice<Substring> { last?.isEmpty == true ? dropLast() : self[...] }
}
