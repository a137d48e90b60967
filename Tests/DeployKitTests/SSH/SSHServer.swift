import DeployKit
import Glibc
import Synchronization

/// A real SSH server on this machine's loopback, for one test.
final class SSHServer: Sendable {
    /// Whether one can be started here.
    static let isInstalled = access("/usr/sbin/sshd", X_OK) == 0

    let directory: String
    let port: Int
    let user: String
    private let log = Mutex<[String]>([])

    private init(directory: String, port: Int, user: String) {
        self.directory = directory
        self.port = port
        self.user = user
    }

    /// How many connections were made to it so far.
    var connections: Int { log.withLock { log in log.count { $0.hasPrefix("Connection from ") } } }

    /// Settings that its administrator would give.
    var settings: SSHSettings { settings() }

    /// Settings with the files `key` and `known_hosts` of its directory, or others.
    func settings(key: String = "key", knownHosts: String = "known_hosts") -> SSHSettings {
        SSHSettings(
            destination: SSHDestination(host: "127.0.0.1", port: port, user: user),
            key: .file("\(directory)/\(key)"),
            knownHosts: .file("\(directory)/\(knownHosts)")
        )
    }

    /// Runs a test with a server.
    static func with(_ body: @escaping @Sendable (SSHServer) async throws -> Void) async throws {
        let shell = LocalShell()
        let user = try await shell.output(of: Command(["id", "-un"])).lastLines(1)
        let directory = try await shell.output(of: Command(["mktemp", "-d"])).lastLines(1)
        let result: Result<Void, any Error>
        do {
            result = .success(try await start(directory, user, body))
        } catch {
            result = .failure(error)
        }
        try await shell.output(of: Command(["rm", "-r", directory]))
        try result.get()
    }

    /// Somebody else took the port between its choice and its use.
    private struct PortIsTaken: Error {}

    private static func start(
        _ directory: String,
        _ user: String,
        _ body: @escaping @Sendable (SSHServer) async throws -> Void
    ) async throws {
        while true {
            do {
                return try await start(SSHServer(directory: directory, port: try freePort(), user: user), body)
            } catch is PortIsTaken { continue }
        }
    }

    private static func start(
        _ server: SSHServer,
        _ body: @escaping @Sendable (SSHServer) async throws -> Void
    ) async throws {
        let command = Command.script(
            #"""
            cd "$1"
            for name in host key other; do [ -e "$name" ] || ssh-keygen -q -t ed25519 -N '' -f "$name"; done
            printf '[127.0.0.1]:%s %s\n' "$2" "$(cat host.pub)" >known_hosts
            printf '[127.0.0.1]:%s %s\n' "$2" "$(cat other.pub)" >changed_hosts
            : >empty_hosts
            cat >config <<END
            Port $2
            ListenAddress 127.0.0.1
            HostKey $1/host
            AuthorizedKeysFile $1/key.pub
            PidFile none
            StrictModes no
            UsePAM no
            SetEnv SHLVL=1
            LogLevel VERBOSE
            END
            [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
            /usr/sbin/sshd -D -e -f config 2>&1 &
            cat >/dev/null
            kill $!
            """#, [server.directory, "\(server.port)"])
        try await LocalShell().hold(command) { lines in
            let (listening, continuation) = AsyncStream.makeStream(of: Void.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { continuation.finish() }
                    for await line in lines {
                        server.log.withLock { $0.append(line) }
                        if line.hasPrefix("Server listening on") { continuation.yield() }
                        if line.contains("Cannot bind") || line.contains("Bad configuration") { return }
                    }
                }
                guard await listening.first(where: { true }) != nil else {
                    guard server.log.withLock({ !$0.contains("Cannot bind any address.") }) else { throw PortIsTaken() }
                    throw ShellError(
                        .notStarted, machine: "sshd", message: server.log.withLock { $0.joined(separator: "\n") })
                }
                try await body(server)
                // The log ends with the server.
                group.cancelAll()
            }
        }
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw ShellError(.notStarted, machine: "sshd", message: "no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
