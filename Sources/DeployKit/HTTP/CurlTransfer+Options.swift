internal import CCurl

extension CurlTransfer {
    /// Tells libcurl the whole request; false when it refuses something.
    func setOptions(_ easy: UnsafeMutableRawPointer) -> Bool {
        deploykit_curl_restrict(easy)
        var codes = [
            deploykit_curl_set_string(easy, CURLOPT_URL, request.url),
            // No signal handler for timeouts: there are other threads.
            deploykit_curl_set_long(easy, CURLOPT_NOSIGNAL, 1),
            deploykit_curl_set_long(easy, CURLOPT_TIMEOUT_MS, request.timeout.wholeMilliseconds),
            deploykit_curl_set_long(easy, CURLOPT_CERTINFO, 1),
            deploykit_curl_set_long(easy, CURLOPT_HTTP_VERSION, version),
            deploykit_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, message),
        ]
        if !request.reusesConnection {
            codes.append(deploykit_curl_set_long(easy, CURLOPT_FRESH_CONNECT, 1))
            codes.append(deploykit_curl_set_long(easy, CURLOPT_FORBID_REUSE, 1))
        }
        if let file = request.certificateAuthorities {
            // Without this libcurl trusts the system's directory, too.
            codes.append(deploykit_curl_set_string(easy, CURLOPT_CAPATH, nil))
            codes.append(deploykit_curl_set_string(easy, CURLOPT_CAINFO, file))
        }
        codes += methodOptions(easy) + headerOptions(easy) + wayOptions(easy) + callbackOptions(easy)
        return codes.allSatisfy { $0 == CURLE_OK }
    }

    private var version: Int {
        switch request.version {
        case .automatic: Int(CURL_HTTP_VERSION_2TLS)
        case .http1: Int(CURL_HTTP_VERSION_1_1)
        case .http2:
            request.url.lowercased().hasPrefix("https:")
                ? Int(CURL_HTTP_VERSION_2TLS) : Int(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE)
        }
    }

    private func methodOptions(_ easy: UnsafeMutableRawPointer) -> [CURLcode] {
        let method = deploykit_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
        if request.method == "HEAD" { return [method, deploykit_curl_set_long(easy, CURLOPT_NOBODY, 1)] }
        // An empty body has a length, too, where a body is usual.
        guard !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) else { return [method] }
        let size = deploykit_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
        let body = request.body.withUnsafeBytes { bytes in
            deploykit_curl_set_pointer(
                easy, CURLOPT_COPYPOSTFIELDS,
                UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? UnsafeRawPointer(message)))
        }
        return [method, size, body]
    }

    private func headerOptions(_ easy: UnsafeMutableRawPointer) -> [CURLcode] {
        // libcurl would invent a type for the body, and wait for leave to send a large one.
        let isTyped = request.headers.contains { $0.name.lowercased() == "content-type" }
        var lines = ["Expect:"] + (isTyped ? [] : ["Content-Type:"])
        for header in request.headers {
            guard !"\(header.name)\(header.value)".utf8.contains(where: { $0 < 32 && $0 != 9 }) else {
                return [CURLE_BAD_FUNCTION_ARGUMENT]
            }
            lines.append(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
        }
        return [deploykit_curl_set_list(easy, CURLOPT_HTTPHEADER, list(lines))]
    }

    private func wayOptions(_ easy: UnsafeMutableRawPointer) -> [CURLcode] {
        guard let connectTo = request.connectTo else { return [] }
        // A proxy of the environment would lead elsewhere.
        let direct = deploykit_curl_set_string(easy, CURLOPT_NOPROXY, "*")
        switch connectTo {
        case .socket(let path):
            return [direct, deploykit_curl_set_string(easy, CURLOPT_UNIX_SOCKET_PATH, path)]
        case .address(let host, let port):
            let address = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
            return [direct, deploykit_curl_set_list(easy, CURLOPT_CONNECT_TO, list(["::\(address):\(port)"]))]
        }
    }

    private func callbackOptions(_ easy: UnsafeMutableRawPointer) -> [CURLcode] {
        // The loop keeps the transfer until the handle is off the multi handle.
        let own = Unmanaged.passUnretained(self).toOpaque()
        return [
            deploykit_curl_set_pointer(easy, CURLOPT_WRITEDATA, own),
            deploykit_curl_set_pointer(easy, CURLOPT_HEADERDATA, own),
            deploykit_curl_set_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, own in
                CurlTransfer.at(own)?.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
                return size * count
            },
            deploykit_curl_set_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, own in
                CurlTransfer.at(own)?.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
                return size * count
            },
        ]
    }

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> CurlTransfer? {
        pointer.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func list(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) ?? list }
        if let list { lists.append(list) }
        return list
    }
}

extension Duration {
    /// The duration in milliseconds, at least 1.
    fileprivate var wholeMilliseconds: Int {
        max(1, Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000))
    }
}
