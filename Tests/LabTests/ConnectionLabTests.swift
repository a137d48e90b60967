import DeployKit
import Testing

/// Connections that are open while a release is replaced.
@Suite(.enabled(if: Lab.isEnabled), .serialized)
struct ConnectionLabTests {
    /// Opens a WebSocket and a slow download, prints `open`, and then when and how each of them ended.
    private static let client = """
        import socket, sys, threading, time
        address, seconds = sys.argv[1], sys.argv[2]
        start = time.time()
        lock = threading.Lock()
        def say(*words):
            with lock: print(*words, flush=True)
        def talk(name, request, until):
            connection = socket.create_connection((address, 80))
            connection.sendall(request)
            received = connection.recv(65536)
            say("open", name)
            try:
                while True:
                    piece = connection.recv(65536)
                    if not piece: break
                    received += piece
            except OSError: pass
            say("ended", name, round(time.time() - start, 1), len(received))
        upgrade = (b"GET /socket HTTP/1.1\\r\\nHost: qa.conciliaextrato.com\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n"
                   b"Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n")
        download = (b"GET /download?bytes=1000000&seconds=" + seconds.encode() +
                    b" HTTP/1.1\\r\\nHost: qa.conciliaextrato.com\\r\\nConnection: close\\r\\n\\r\\n")
        threads = [threading.Thread(target=talk, args=(name, request, None))
                   for name, request in (("socket", upgrade), ("download", download))]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        """

    @Test func `a download goes on over a cutover until it ends, a WebSocket until the drain limit`() async throws {
        try await LabDroplet.with { droplet in
            try #require(try await droplet.deploy("v1").isSuccess)
            let (lines, continuation) = AsyncStream<String>.makeStream()
            let command = Command(["python3", "-c", Self.client, droplet.address, "12"], deadline: .seconds(120))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await LocalShell().run(command) { line in continuation.yield(line) }
                    continuation.finish()
                }
                var opened = 0
                var ended: [String: Int] = [:]
                for await line in lines {
                    let words = line.split(separator: " ").map(String.init)
                    if words[0] == "open" { opened += 1 } else { ended[words[1]] = Int(words[3]) ?? 0 }
                    if opened == 2 && ended.isEmpty && words[0] == "open" {
                        let result = try await droplet.deploy("v2")
                        #expect(result.isSuccess, "\(result.errorOutput)")
                        #expect(result.output.contains("1 connections were closed at the limit"), "\(result.output)")
                    }
                }
                #expect((ended["download"] ?? 0) >= 1_000_000, "the download is whole")
                #expect(ended["socket"] != nil)
                try await group.waitForAll()
            }
            #expect(try await droplet.version() == "v2")
        }
    }

    @Test func `HTTP 2 requests are answered over a cutover`() async throws {
        try await LabDroplet.with { droplet in
            try #require(try await droplet.deploy("v1").isSuccess)
            let load = Command(
                [
                    "h2load", "--duration", "12", "--clients", "4", "--max-concurrent-streams", "4",
                    "--connect-to", "\(droplet.address):443", "https://qa.conciliaextrato.com/health",
                ], deadline: .seconds(60))
            async let counted = LocalShell().output(of: load)
            #expect(try await droplet.deploy("v2").isSuccess)
            let text = try await counted
            #expect(text.contains("0 failed, 0 errored, 0 timeout"), "\(text)")
            #expect(text.contains("0 3xx, 0 4xx, 0 5xx"), "\(text)")
            #expect(text.contains("Application protocol: h2"), "\(text)")
        }
    }
}
