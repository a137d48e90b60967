internal import Dispatch
internal import FoundationEssentials

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Ends the process.
func exitProcess(_ code: Int32) -> Never {
    exit(code)
}

/// Whether a file descriptor is a terminal.
func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1
}

/// Writes all of a text to a file descriptor.
func writeText(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        // Nobody reads any more: there is nobody left to tell.
        if count <= 0 { return }
        bytes = bytes.dropFirst(count)
    }
}

/// Runs work that SIGINT, SIGTERM and SIGHUP cancel, so that it can leave the droplet tidy.
func withSignals(_ work: @Sendable @escaping () async -> Int32) async -> Int32 {
    let signals = [SIGINT, SIGTERM, SIGHUP]
    signal(SIGPIPE, SIG_IGN)
    for number in signals { signal(number, SIG_IGN) }
    let (stream, continuation) = AsyncStream<Int32>.makeStream()
    let sources = signals.map { number in
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler { continuation.yield(number) }
        source.resume()
        return source
    }
    defer { for source in sources { source.cancel() } }
    return await withTaskGroup(of: Int32?.self) { group in
        group.addTask { await work() }
        group.addTask {
            for await _ in stream { return nil }
            return nil
        }
        var code: Int32?
        while code == nil, let first = await group.next() {
            group.cancelAll()
            code = first
        }
        return code ?? 1
    }
}

/// The environment variables of the process.
func processVariables() -> [String: String] {
    ProcessInfo.processInfo.environment
}
