internal import Synchronization

extension ChildProcess {
    /// How much standard output is collected: 64 MiB.
    static let collectedOutput = 64 << 20

    /// Runs the program to its end and returns what it printed.
    ///
    /// - Throws: ``ShellError`` of code ``ShellError/Code/failed``, after the program was killed, when it prints more
    ///   than `limit` bytes.
    func collect(
        input: [UInt8],
        deadline: Duration,
        limit: Int = collectedOutput
    ) async throws -> CommandResult {
        let output = CollectedOutput()
        let ending = try await run(input: input, deadline: deadline) { piece in
            guard output.append(piece) <= limit else {
                throw ShellError(
                    .failed,
                    machine: machine,
                    message: "\(arguments.first ?? "") printed more than \(limit) bytes and was killed"
                )
            }
        }
        return CommandResult(status: ending.status, output: output.text, errorOutput: ending.errorOutput)
    }

    /// Runs the program to its end and hands each line of its standard output on.
    func stream(
        input: [UInt8],
        deadline: Duration,
        onLine: @escaping @Sendable (String) async throws -> Void
    ) async throws -> CommandResult {
        let splitter = Mutex(LineSplitter())
        let ending = try await run(input: input, deadline: deadline) { piece in
            for line in splitter.withLock({ $0.append(piece) }) { try await onLine(line) }
        }
        if let line = splitter.withLock({ $0.finish() }) { try await onLine(line) }
        return CommandResult(status: ending.status, errorOutput: ending.errorOutput)
    }
}

/// What a program printed, while it is collected.
private final class CollectedOutput: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    /// Takes in what was printed next, and returns how much there is.
    func append(_ piece: [UInt8]) -> Int {
        bytes.withLock { bytes in
            bytes += piece
            return bytes.count
        }
    }

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
}
