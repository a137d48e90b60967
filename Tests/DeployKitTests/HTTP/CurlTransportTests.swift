import DeployKit
import Testing

@Suite(.enabled("python3 or openssl is not installed") { await LoopbackServer.isInstalled })
struct CurlTransportTests {
    @Test func `asks and is answered`() async throws {
        try await LoopbackServer.with(.port) { server in
            let transport = CurlTransport()
            let url = "http://127.0.0.1:\(server.address)"
            let answer = try await transport.send(HTTPRequest(url: url + "/status/404"))
            #expect(answer.status == 404)
            #expect(answer.text == "hello")
            #expect(answer.header("x-test") == "a: b")
            #expect(answer.version == "1.1")
            #expect(answer.certificateExpiry == nil)
            #expect(answer.timings.connect > .zero)
            #expect(answer.timings.firstByte >= answer.timings.connect)
            #expect(answer.timings.total >= answer.timings.firstByte)
            #expect(try await transport.send(HTTPRequest("HEAD", url: url)).body.isEmpty)
        }
    }

    @Test func `sends exactly what it was given`() async throws {
        try await LoopbackServer.with(.port) { server in
            let request = HTTPRequest(
                "POST",
                url: "http://shop.example.com/echo",
                headers: [HTTPHeader("X-One", "1"), HTTPHeader("X-Empty", "")],
                body: Array("a\0b".utf8),
                connectTo: .address(host: "127.0.0.1", port: Int(server.address) ?? 0)
            )
            let lines = try await CurlTransport().send(request).text.split(separator: "\n")
            #expect(lines.first == "POST /echo HTTP/1.1")
            #expect(lines.contains("Host: shop.example.com"))
            #expect(lines.contains("X-One: 1"))
            #expect(lines.contains { $0.hasPrefix("X-Empty:") })
            #expect(lines.contains("Content-Length: 3"))
            #expect(lines.last == "a\0b")
            #expect(!lines.contains { $0.hasPrefix("Content-Type") || $0.hasPrefix("Expect") })
        }
    }

    @Test func `an empty POST says that it is empty`() async throws {
        try await LoopbackServer.with(.port) { server in
            let answer = try await CurlTransport().send(
                HTTPRequest("POST", url: "http://127.0.0.1:\(server.address)/echo"))
            #expect(answer.text.contains("Content-Length: 0"))
        }
    }

    @Test func `reaches a Unix socket under a public name`() async throws {
        try await LoopbackServer.with(.socket) { server in
            let answer = try await CurlTransport().send(
                HTTPRequest(url: "http://api.example.com/echo", connectTo: .socket(server.address)))
            #expect(answer.text.contains("Host: api.example.com"))
        }
    }

    @Test func `keeps the beginning of a long body`() async throws {
        try await LoopbackServer.with(.port) { server in
            let answer = try await CurlTransport().send(
                HTTPRequest(url: "http://127.0.0.1:\(server.address)/large", bodyLimit: 100))
            #expect(answer.body.count == 100)
            #expect(answer.isBodyCut)
        }
    }

    @Test func `sends many at once`() async throws {
        try await LoopbackServer.with(.port) { server in
            let transport = CurlTransport()
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await transport.send(HTTPRequest(url: "http://127.0.0.1:\(server.address)")).status
                    }
                }
                for try await status in group { #expect(status == 200) }
            }
        }
    }

    @Test func `gives up at the timeout`() async throws {
        try await LoopbackServer.with(.port) { server in
            let request = HTTPRequest(
                url: "http://127.0.0.1:\(server.address)/silent", timeout: .milliseconds(100))
            let error = await #expect(throws: HTTPError.self) { try await CurlTransport().send(request) }
            #expect(error?.code == .timeout)
            #expect(error?.message.contains("/silent") == true)
        }
    }

    @Test func `a cancelled request ends at once`() async throws {
        try await LoopbackServer.with(.port) { server in
            let transport = CurlTransport()
            let request = HTTPRequest(url: "http://127.0.0.1:\(server.address)/silent", timeout: .seconds(60))
            await withTaskGroup(of: HTTPError.Code?.self) { group in
                group.addTask {
                    do throws(HTTPError) { _ = try await transport.send(request) } catch { return error.code }
                    return nil
                }
                await server.awaitSilent()
                group.cancelAll()
                // Not at its timeout, which would be told as such.
                #expect(await group.next() == .cancelled)
            }
        }
    }

    @Test func `a request of a cancelled task is not sent`() async throws {
        let code = await withTaskGroup(of: HTTPError.Code?.self) { group in
            group.cancelAll()
            group.addTask {
                do throws(HTTPError) {
                    _ = try await CurlTransport().send(HTTPRequest(url: "http://192.0.2.1/"))
                } catch { return error.code }
                return nil
            }
            return await group.next()
        }
        #expect(code == .cancelled)
    }

    @Test func `its thread ends when it is released`() async throws {
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        do {
            let transport = CurlTransport(onEnd: { continuation.yield() })
            _ = try? await transport.send(HTTPRequest(url: "http://127.0.0.1:1/"))
        }
        for await _ in ended { break }
    }

    @Test func `says when nothing listens, and when the name is unknown`() async throws {
        let transport = CurlTransport()
        let refused = await #expect(throws: HTTPError.self) {
            try await transport.send(HTTPRequest(url: "http://127.0.0.1:1/"))
        }
        #expect(refused?.code == .refused)
        let socket = await #expect(throws: HTTPError.self) {
            try await transport.send(HTTPRequest(url: "http://a/", connectTo: .socket("/no/such/socket")))
        }
        #expect(socket?.code == .refused)
        let unresolved = await #expect(throws: HTTPError.self) {
            try await transport.send(HTTPRequest(url: "http://no-such-host.invalid/"))
        }
        #expect(unresolved?.code == .unresolved)
    }

    @Test(arguments: ["file:///etc/passwd", "nonsense://x", ""])
    func `asks for HTTP only`(url: String) async throws {
        let error = await #expect(throws: HTTPError.self) { try await CurlTransport().send(HTTPRequest(url: url)) }
        #expect(error?.code == .other)
    }

    @Test func `a header cannot bring another one along`() async throws {
        let request = HTTPRequest(url: "http://127.0.0.1:1/", headers: [HTTPHeader("A", "b\r\nC: d")])
        let error = await #expect(throws: HTTPError.self) { try await CurlTransport().send(request) }
        #expect(error?.code == .other)
    }

}
