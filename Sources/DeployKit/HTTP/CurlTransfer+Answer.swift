internal import CCurl

extension CurlTransfer {
    /// Takes in a line of the answer's head.
    func receiveHeader(_ bytes: UnsafeRawBufferPointer) {
        let line = String(decoding: bytes, as: UTF8.self)
        // Each head begins anew; only the last one counts, not the `100 Continue` before it.
        if line.hasPrefix("HTTP/") { response.headers = [] }
        guard let colon = line.firstIndex(of: ":"), !line.hasPrefix("HTTP/") else { return }
        let value = line[line.index(after: colon)...].drop { $0.isWhitespace }
        let end = value.lastIndex { !$0.isWhitespace }.map { value.index(after: $0) } ?? value.startIndex
        response.headers.append(HTTPHeader(String(line[..<colon]), String(value[..<end])))
    }

    /// Takes in a piece of the answer's body, as far as the limit.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) {
        let room = max(0, request.bodyLimit - response.body.count)
        response.body += bytes.prefix(room)
        if bytes.count > room { response.isBodyCut = true }
    }

    /// A number that libcurl knows of the transfer.
    func long(_ info: CURLINFO) -> Int {
        var value = 0
        return deploykit_curl_get_long(easy, info, &value) == CURLE_OK ? value : 0
    }

    /// A time that libcurl took, in microseconds.
    func duration(_ info: CURLINFO) -> Duration {
        var value: curl_off_t = 0
        return deploykit_curl_get_offset(easy, info, &value) == CURLE_OK ? .microseconds(Int64(value)) : .zero
    }

    /// When the server's own certificate, the first of the chain, expires.
    var certificateExpiry: Int? {
        var chain: UnsafeMutablePointer<curl_certinfo>?
        guard deploykit_curl_get_certificates(easy, &chain) == CURLE_OK, let chain, chain.pointee.num_of_certs > 0
        else { return nil }
        var entry = chain.pointee.certinfo.pointee
        while let node = entry {
            let line = String(cString: node.pointee.data)
            if line.hasPrefix("Expire date:") {
                let time = curl_getdate(String(line.dropFirst("Expire date:".count)), nil)
                return time < 0 ? nil : Int(time)
            }
            entry = node.pointee.next
        }
        return nil
    }

    /// What libcurl's code means, in its own words.
    func error(_ code: CURLcode) -> HTTPError {
        let detail = String(cString: message)
        let text = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        let kind: HTTPError.Code =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .unresolved
            case CURLE_COULDNT_CONNECT: .refused
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
                CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
                .tls
            default: .other
            }
        return HTTPError(kind, "\(request.url): \(text)")
    }
}
