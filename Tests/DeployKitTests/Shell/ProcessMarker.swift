import DeployKit
import Glibc

/// Tells, without waiting for a time, that processes have ended: they hold a named pipe open for writing, and
/// whoever reads it sees its end when the last of them is gone.
struct ProcessMarker {
    let path: String

    /// A script that holds the pipe until it is killed.
    var holdScript: String { "exec sleep 1000 >\(ShellQuoting.quoted(path))" }

    static func with(_ body: (ProcessMarker) async throws -> Void) async throws {
        let path = try await LocalShell().output(of: .script("d=$(mktemp -d); mkfifo \"$d/p\"; printf %s \"$d/p\""))
        // So that writers do not wait for a reader.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        do {
            try await body(ProcessMarker(path: path))
            close(descriptor)
        } catch {
            close(descriptor)
            try await LocalShell().output(of: .script("rm -r \"${1%/p}\"", [path]))
            throw error
        }
        try await LocalShell().output(of: .script("rm -r \"${1%/p}\"", [path]))
    }

    /// Ends processes that wait for a writer of the pipe.
    func releaseReaders() async throws {
        try await LocalShell().output(of: .script(": >\"$1\"", [path]))
    }

    /// Returns when no process holds the pipe any more.
    ///
    /// - Throws: `ShellError` of code `deadline` when one still does after a minute, so that a busy machine fails nothing.
    func awaitEnd() async throws {
        // The reader's own opening for writing keeps it from waiting for a writer that never comes.
        try await LocalShell().output(
            of: .script("exec 3<>\"$1\"; exec 4<\"$1\"; exec 3>&-; cat <&4", [path], deadline: .seconds(60)))
    }
}
