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

/// Whether a file descriptor is a pipe, and another one than that of a second file descriptor.
func isPipe(_ descriptor: Int32, apartFrom other: Int32) -> Bool {
    var own = stat()
    var second = stat()
    guard fstat(descriptor, &own) == 0, fstat(other, &second) == 0 else { return false }
    return own.st_mode & S_IFMT == S_IFIFO && (own.st_ino != second.st_ino || own.st_dev != second.st_dev)
}

/// How large a file is, in bytes; nil where there is none.
func fileSize(_ path: String) -> Int? {
    var facts = stat()
    return stat(path, &facts) == 0 ? Int(facts.st_size) : nil
}

/// Appends a text to a file, which is made where there is none; false where it cannot be written.
func appendText(_ text: String, to path: String) -> Bool {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return writeText(text, to: descriptor)
}

/// Writes all of a text to a file descriptor.
@discardableResult
func writeText(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        // Nobody reads any more: there is nobody left to tell.
        if count <= 0 { return false }
        bytes = bytes.dropFirst(count)
    }
    return true
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
