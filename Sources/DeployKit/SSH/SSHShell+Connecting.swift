extension SSHShell {
    /// Why the master ended before it was ready, from what it printed and what was expected.
    func connectingFailed() async -> ShellError {
        let keygen = ChildProcess(
            arguments: ["ssh-keygen", "-l", "-f", "\(line.directory)/\(SSHCommandLine.knownHostsFile)"],
            machine: machine
        )
        let expected = try? await keygen.collect(input: [], deadline: .seconds(5))
        let keys = expected.map { $0.isSuccess ? $0.output.split(whereSeparator: \.isNewline).map(String.init) : [] }
        return SSHFailure.connecting(log: log.text, to: destination, expected: keys ?? [])
    }
}

extension OutputTail {
    /// What OpenSSH printed, without its debugging lines.
    var words: String {
        text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("debug") }.joined(separator: "\n")
    }
}

extension SSHShell {
    /// The private directory of this connection, for its tests.
    package var controlDirectory: String { line.directory }

    /// The process that owns the connection, for its tests.
    package var masterProcess: Int32 {
        get async throws {
            let check = ChildProcess(arguments: line.control("check"), machine: machine)
            let result = try await check.collect(input: [], deadline: .seconds(5))
            // `Master running (pid=1234)`
            let digits = result.errorOutput.drop { !$0.isNumber }.prefix { $0.isNumber }
            guard let process = Int32(digits) else { throw SSHFailure.lost(destination, evidence: result.errorOutput) }
            return process
        }
    }
}
