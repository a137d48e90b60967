import DeployKit
import Synchronization

/// A tiny HTTP server on this machine's loopback, or on a Unix socket, for one test.
///
/// It answers `/status/N` with that status, `/echo` with the request, `/large` with 1 MiB, `/silent` never, and
/// anything else with `hello`.
struct LoopbackServer {
    /// Where it listens.
    enum Place: String {
        case port
        case socket
    }

    /// Whether what it needs is there: Python, and OpenSSL's command for certificates.
    static var isInstalled: Bool {
        get async {
            let result = try? await LocalShell().run(.script("command -v python3 && command -v openssl"))
            return result?.isSuccess == true
        }
    }

    /// The port, or the path of the socket.
    let address: String
    private let lines: AsyncStream<String>

    /// Returns when a request that is never answered has arrived.
    func awaitSilent() async {
        _ = await lines.first { $0 == "silent" }
    }

    static func with(_ place: Place, _ body: @escaping @Sendable (LoopbackServer) async throws -> Void) async throws {
        try await LocalShell().hold(Command(["python3", "-c", program, place.rawValue])) { lines in
            guard let address = await lines.first(where: { _ in true }) else { throw CancellationError() }
            try await body(LoopbackServer(address: address, lines: lines))
        }
    }

    private static let program = #"""
        import http.server, os, socketserver, sys, tempfile, threading

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, reply = 200, b"hello"
                if self.path.startswith("/status/"):
                    status = int(self.path.split("/")[2])
                elif self.path == "/echo":
                    reply = (self.requestline + "\n" + str(self.headers).replace("\r", "")).encode() + body
                elif self.path == "/large":
                    reply = b"x" * (1 << 20)
                elif self.path == "/silent":
                    print("silent", flush=True)
                    threading.Event().wait()
                self.send_response(status)
                self.send_header("Content-Length", len(reply))
                self.send_header("X-Test", "a: b ")
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(reply)

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

            def address_string(self):
                return "client"

            def log_message(self, *_):
                pass

        class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
            daemon_threads = True
            request_queue_size = 128

        if sys.argv[1] == "socket":
            Server.address_family = socketserver.socket.AF_UNIX
            place = tempfile.mkdtemp() + "/http"
            server = Server(place, Handler)
        else:
            server = Server(("127.0.0.1", 0), Handler)
            place = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(place, flush=True)
        sys.stdin.read()
        if sys.argv[1] == "socket":
            os.unlink(place)
            os.rmdir(os.path.dirname(place))
        """#
}
