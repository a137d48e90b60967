import DeployKit
import Testing

/// Against OpenSSL's own test server, with a certificate authority of the test's own.
@Suite(.enabled("python3 or openssl is not installed") { await LoopbackServer.isInstalled })
struct CurlTransportTLSTests {
    @Test func `checks the certificate under the public name and says when it expires`() async throws {
        let directory = try await LocalShell().output(of: Command(["mktemp", "-d"])).lastLines(1)
        let script = Command.script(
            #"""
            cd "$1"
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem \
                -days 30 -subj /CN=test -addext subjectAltName=DNS:shop.example.com 2>/dev/null
            python3 -c '
            import http.server, ssl, sys, threading
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(b"hello")
                def log_message(self, *_):
                    pass
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain("cert.pem", "key.pem")
            server.socket = context.wrap_socket(server.socket, server_side=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            print(server.server_address[1], flush=True)
            sys.stdin.read()
            '
            rm -r "$1"
            """#, [directory])
        try await LocalShell().hold(script) { lines in
            let port = await lines.first { _ in true }.flatMap { Int($0) } ?? 0
            let transport = CurlTransport()
            var request = HTTPRequest(
                url: "https://shop.example.com/",
                connectTo: .address(host: "127.0.0.1", port: port),
                certificateAuthorities: "\(directory)/cert.pem"
            )
            let answer = try await transport.send(request)
            #expect(answer.text == "hello")
            #expect(answer.timings.tls > answer.timings.connect)
            let now = try await Int(LocalShell().output(of: Command(["date", "+%s"])).lastLines(1)) ?? 0
            #expect(abs((answer.certificateExpiry ?? 0) - now - 30 * 86400) < 120)

            request.url = "https://other.example.com/"
            let name = await #expect(throws: HTTPError.self) { try await transport.send(request) }
            #expect(name?.code == .tls)

            request.url = "https://shop.example.com/"
            request.certificateAuthorities = nil
            let authority = await #expect(throws: HTTPError.self) { try await transport.send(request) }
            #expect(authority?.code == .tls)
        }
    }
}
