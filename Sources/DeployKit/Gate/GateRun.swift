internal import Synchronization

/// What happens while gates run.
public enum GateEvent: Sendable, Hashable {
    /// A gate begins.
    case began(Gate)
    /// A gate ended.
    case ended(GateResult)
}

/// Runs the gates of an environment side by side, as many at once as the machine has processors.
public struct GateRun: Sendable {
    let environment: Environment
    let source: ComposeSource
    let shell: any Shell
    let options: GateOptions
    let hidden: [String]

    /// Makes a run.
    ///
    /// - Parameters:
    ///   - environment: Whose gates they are.
    ///   - source: The Compose project, in whose folder they run.
    ///   - shell: Runs programs on this machine.
    ///   - variables: The variables of this process; its secrets are kept from what the gates run.
    ///   - options: What a person asks for.
    public init(
        _ environment: Environment, of source: ComposeSource, shell: any Shell, variables: [String: String],
        options: GateOptions = GateOptions()
    ) {
        self.environment = environment
        self.source = source
        self.shell = shell
        self.options = options
        self.hidden = variables.hiddenFromGates
    }

    /// Runs gates.
    ///
    /// - Parameters:
    ///   - gates: The gates.
    ///   - tell: Is told of each as it begins and ends.
    /// - Returns: The results, in the order of the gates.
    /// - Throws: `CancellationError`, after all that ran was killed, and the gates' services were removed.
    public func run(
        _ gates: [Gate], tell: @escaping @Sendable (GateEvent) -> Void = { _ in }
    ) async throws -> [GateResult] {
        try await withThrowingTaskGroup(of: (Int, GateResult).self) { group in
            var results: [Int: GateResult] = [:]
            var waiting = Array(gates.enumerated())[...]
            while results.count < gates.count {
                while let (index, gate) = waiting.first, index - results.count < options.jobs {
                    waiting = waiting.dropFirst()
                    group.addTask {
                        tell(.began(gate))
                        let result = try await self.result(of: gate)
                        tell(.ended(result))
                        return (index, result)
                    }
                }
                guard let (index, result) = try await group.next() else { break }
                results[index] = result
            }
            return gates.indices.compactMap { results[$0] }
        }
    }

    /// Runs one gate to its end.
    func result(of gate: Gate) async throws -> GateResult {
        let start = ContinuousClock.now
        var result: GateResult
        do {
            result = try await judged(gate)
        } catch {
            try Task.checkCancellation()
            result = try await failure(of: gate, error)
        }
        result.milliseconds = (ContinuousClock.now - start).milliseconds
        return result
    }

    private func failure(of gate: Gate, _ error: any Error) async throws -> GateResult {
        let deployError = DeployError(error)
        let code = (error as? ShellError)?.code
        // Docker alone is run without a shell, which would end with a status of its own.
        if code == .notStarted, try await !work(of: gate).has(["docker", "--version"]) {
            return result(gate, GateWork.dockerMissing)
        }
        let isLate = code == .deadline
        return GateResult(
            of: gate, isLate ? .timedOut : .failed, reason: deployError.message, tail: deployError.evidence)
    }

    private func work(of gate: Gate) -> GateWork {
        GateWork(gate: gate, environment: environment, source: source, shell: shell, options: options, hidden: hidden)
    }

    private func judged(_ gate: Gate) async throws -> GateResult {
        let work = work(of: gate)
        let ending: GateEnding
        switch gate.runner {
        case .compose: ending = try await ComposeCheck(gate: work).run()
        case .migrations: ending = try await MigrationCheck(gate: work).run()
        case .secrets: ending = try await SecretScan(gate: work).run()
        case .images: ending = try await ImageScan(gate: work).run()
        case .command(let arguments): return try await ran(arguments, work)
        }
        return result(gate, ending)
    }

    private func result(_ gate: Gate, _ ending: GateEnding) -> GateResult {
        switch ending {
        case .judged(let findings):
            let count = findings.count { $0.severity == .error }
            guard count > 0 else { return GateResult(of: gate, .passed, findings: findings) }
            return GateResult(
                of: gate, .failed, reason: "\(count) \(count == 1 ? "finding" : "findings")", findings: findings)
        case .failed(let reason, let findings, let tail):
            return GateResult(of: gate, .failed, reason: reason, findings: findings, tail: tail)
        case .toolMissing(let name, let install):
            guard gate.isNeeded(by: environment) else {
                let isBuilds = gate.runner == .images && options.images == nil
                return GateResult(
                    of: gate, .skipped,
                    reason: "\(name) is not installed, and \(environment.name) does without"
                        + (isBuilds ? "; the command build looks at the images where one is" : ""))
            }
            return GateResult(of: gate, .toolMissing, reason: "\(name) is not installed; \(install) installs it")
        case .nothingToLookAt(let reason):
            return GateResult(of: gate, gate.isNeeded(by: environment) ? .failed : .skipped, reason: reason)
        }
    }

    private func ran(_ arguments: [String], _ work: GateWork) async throws -> GateResult {
        if let tool = work.gate.tool, try await !work.has(tool.probe) {
            return result(work.gate, .toolMissing(tool.name, install: tool.install))
        }
        guard !work.gate.services.isEmpty else { return try await read(arguments, work) }
        return try await GateServices(shell: shell, source: source).run(work.gate.services) { variables in
            var work = work
            work.variables = variables
            return try await read(arguments, work)
        }
    }

    private func read(_ arguments: [String], _ work: GateWork) async throws -> GateResult {
        let gate = work.gate
        let printed = PrintedLines()
        let status: Int
        do {
            status = try await shell.run(work.command(arguments)) { printed.append($0) }.status
        } catch let error as ShellError where error.code == .deadline {
            return GateResult(
                of: gate, .timedOut, reason: "it took longer than \(gate.timeLimit.inWords)",
                tail: printed.text.withoutEscapes.lastLines(20).split(separator: "\n").map(String.init))
        }
        let output = printed.text
        let findings = gate.reader.findings(in: output).map(work.relative)
        guard status != 0 else { return GateResult(of: gate, .passed, findings: findings) }
        let count = findings.count { $0.severity == .error }
        return GateResult(
            of: gate, .failed,
            reason: count == 0
                ? "\(arguments.first ?? "") ended with status \(status)"
                : "\(count) \(count == 1 ? "finding" : "findings")",
            findings: findings, tail: Array(gate.reader.readable(output).suffix(20)))
    }
}

/// The lines that a program printed; of very many, the last ones.
private final class PrintedLines: Sendable {
    private let lines = Mutex<[String]>([])

    func append(_ line: String) {
        lines.withLock { lines in
            lines.append(line)
            if lines.count > 200_000 { lines.removeFirst(100_000) }
        }
    }

    var text: String { lines.withLock { $0.joined(separator: "\n") } }
}
