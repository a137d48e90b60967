internal import Glibc
internal import Subprocess
internal import SystemPackage

/// A program to start on this machine, as the leader of a session and process group of its own.
///
/// However it ends, by itself, past its deadline, or because the task was cancelled: when a function here returns,
/// the program is gone, and when it had to be killed, so is its whole process group.
struct ChildProcess: Sendable {
    /// The program and its arguments.
    var arguments: [String]
    /// Environment variables beside those of this process.
    var environment: [String: Secret] = [:]
    /// Where it runs; nil for where this process runs.
    var workingDirectory: String?
    /// The machine that errors name.
    var machine: String

    /// How it ended.
    struct Ending: Sendable {
        /// The exit status; 128 + N when signal N ended it.
        var status: Int
        /// The end of its error output.
        var errorOutput: String
    }

    /// Runs the program to its end, and hands on what it prints.
    ///
    /// - Throws: ``ShellError``, `CancellationError`, or what `onOutput` throws, after the program was killed.
    func run(
        input: [UInt8],
        deadline: Duration,
        onOutput: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws -> Ending {
        let tail = OutputTail()
        let ending = try await withThrowingTaskGroup(of: Ending?.self) { group in
            group.addTask {
                let status = try await started { execution in
                    try await pipe(execution, input, onOutput, tail)
                }.status
                return Ending(status: status, errorOutput: tail.text)
            }
            group.addTask {
                try? await Task.sleep(for: deadline)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try Task.checkCancellation()
        if let ending { return ending }
        throw ShellError(
            .deadline,
            machine: machine,
            message: "\(arguments.first ?? "") was killed: it ran for more than \(deadline)",
            evidence: tail.text.lastLines(20)
        )
    }

    private func pipe(
        _ execution: Running,
        _ input: [UInt8],
        _ onOutput: @escaping @Sendable ([UInt8]) async throws -> Void,
        _ tail: OutputTail
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await execution.write(input)
                await execution.endInput()
            }
            group.addTask {
                for try await buffer in execution.standardError { tail.append(buffer.array) }
            }
            for try await buffer in execution.standardOutput { try await onOutput(buffer.array) }
            try await group.waitForAll()
        }
    }
}

extension ChildProcess {
    /// A running program whose three standard streams are ours.
    typealias Running = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>

    /// Starts the program, and returns what `body` returned together with the exit status.
    ///
    /// - Throws: What `body` throws, after the process group was killed; ``ShellError`` when it cannot be started.
    func started<Value: Sendable>(
        _ body: (Running) async throws -> Value
    ) async throws -> (value: Value, status: Int) {
        BrokenPipe.isIgnored
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)]
        var overlay: [Subprocess.Environment.Key: String?] = [:]
        for (name, value) in environment { overlay[.init(stringLiteral: name)] = value.revealed }
        let inherited = Subprocess.Environment.inherit.updating(overlay)
        let program = arguments.first ?? ""
        do {
            // Looked up first: a name would cost a process for each folder of PATH that does not have it.
            let path =
                program.contains("/")
                ? FilePath(program) : try await Executable.name(program).resolveExecutablePath(in: inherited)
            let result = try await Subprocess.run(
                .path(path),
                arguments: Arguments(executablePathOverride: program, remainingValues: Array(arguments.dropFirst())),
                environment: inherited,
                workingDirectory: workingDirectory.map { FilePath($0) },
                platformOptions: options,
                input: .inputWriter,
                output: .sequence,
                error: .sequence,
                body: body
            )
            return (result.closureResult, result.terminationStatus.shellStatus)
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw ShellError(
                .notStarted, machine: machine, message: "\(program) could not be run: \(error)")
        }
    }
}

extension ChildProcess.Running {
    /// Writes to the program's standard input; a program that has stopped reading loses the rest, as in a pipe.
    func write(_ bytes: [UInt8]) async {
        _ = try? await standardInputWriter.write(bytes)
    }

    /// Closes the program's standard input.
    func endInput() async {
        try? await standardInputWriter.finish()
    }

    /// Kills the program and its process group.
    func kill() {
        try? send(signal: .kill, toProcessGroup: true)
    }
}

extension SubprocessOutputSequence.Buffer {
    /// The bytes.
    var array: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension TerminationStatus {
    /// The status as a shell says it: 128 + N for signal N.
    fileprivate var shellStatus: Int {
        switch self {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
    }
}

/// Writing to a program that has ended is an error to handle, and must not end this process.
private enum BrokenPipe {
    /// Set on first use.
    ///
    /// Programs that are started get the default back.
    static let isIgnored: Void = {
        signal(SIGPIPE, SIG_IGN)
    }()
}
