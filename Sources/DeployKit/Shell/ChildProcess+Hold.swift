internal import Subprocess

extension ChildProcess {
    /// What ends a program that is held.
    enum Release: Sendable {
        /// The end of its standard input.
        case endOfInput
        /// A signal to terminate.
        case terminate
    }

    /// Who learns that a held program ended before `body` did.
    enum EarlyEnd: Sendable {
        /// `body` is cancelled, and an error is thrown.
        case cancelsBody
        /// `body` finds out by itself; its value or error counts.
        case isLeftToBody
    }

    /// What happens while a program is held.
    private enum Happening<Value: Sendable>: Sendable {
        case inputWritten
        case outputEnded
        case errorOutputEnded
        case bodyEnded(Result<Value, any Error>)
        case patienceEnded
    }

    /// Runs `body` while the program runs, and then releases the program and waits for its end, at most 5 s.
    ///
    /// A cancellation reaches `body` alone: the program is there until `body` has ended, so that a run that is cancelled
    /// takes back what it began over the connection, and under the lease, that it still has.
    func hold<Value: Sendable>(
        input: [UInt8] = [],
        release: Release = .endOfInput,
        earlyEnd: EarlyEnd = .cancelsBody,
        tail: OutputTail = OutputTail(),
        while body: @escaping @Sendable (AsyncStream<String>) async throws -> Value
    ) async throws -> Value {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        // Both tasks are awaited here, so their owner is this call; only their cancellation is their own.
        let work = Task {
            guard await begun.first(where: { _ in true }) != nil else { throw CancellationError() }
            return try await body(lines)
        }
        let program = Task {
            try await started { execution in
                begin.yield()
                return try await supervise(execution, input, release, earlyEnd, tail, continuation, work)
            }
        }
        let ending = await withTaskCancellationHandler {
            await program.result
        } onCancel: {
            work.cancel()
        }
        work.cancel()
        _ = await work.result
        let (held, status) = try ending.get()
        switch held.result {
        case .failure(let error) where !held.endedEarly || !(error is CancellationError): throw error
        case .success(let value) where !held.endedEarly || Task.isCancelled: return value
        default: break
        }
        try Task.checkCancellation()
        throw ShellError(
            .connectionLost,
            machine: machine,
            message: "\(arguments.first ?? "") ended with status \(status) while it was still needed",
            status: status,
            evidence: tail.text.lastLines(20)
        )
    }

    private func supervise<Value: Sendable>(
        _ execution: Running,
        _ input: [UInt8],
        _ release: Release,
        _ earlyEnd: EarlyEnd,
        _ tail: OutputTail,
        _ lines: AsyncStream<String>.Continuation,
        _ work: Task<Value, any Error>
    ) async throws -> (result: Result<Value, any Error>, endedEarly: Bool) {
        try await withThrowingTaskGroup(of: Happening<Value>.self) { group in
            group.addTask {
                await execution.write(input)
                return .inputWritten
            }
            group.addTask {
                for try await buffer in execution.standardError { tail.append(buffer.array) }
                return .errorOutputEnded
            }
            group.addTask {
                defer { lines.finish() }
                var splitter = LineSplitter()
                for try await buffer in execution.standardOutput {
                    for line in splitter.append(buffer.array) { lines.yield(line) }
                }
                if let line = splitter.finish() { lines.yield(line) }
                return .outputEnded
            }
            group.addTask { .bodyEnded(await work.result) }
            var result: Result<Value, any Error>?
            var hasEnded = false
            var endedEarly = false
            while let happening = try await group.next() {
                switch happening {
                case .inputWritten, .errorOutputEnded:
                    break
                case .outputEnded:
                    hasEnded = true
                    if result == nil, earlyEnd == .cancelsBody {
                        endedEarly = true
                        work.cancel()
                    }
                case .bodyEnded(let ended):
                    result = ended
                    if release == .terminate { try? execution.send(signal: .terminate) }
                    await execution.endInput()
                    group.addTask {
                        try? await Task.sleep(for: .seconds(5))
                        return .patienceEnded
                    }
                case .patienceEnded:
                    execution.kill()
                }
                if hasEnded, let result {
                    group.cancelAll()
                    return (result, endedEarly)
                }
            }
            throw CancellationError()
        }
    }
}
