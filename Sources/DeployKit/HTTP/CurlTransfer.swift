internal import CCurl

/// One request on libcurl's way; used on the loop's thread only.
final class CurlTransfer {
    /// libcurl's handle; nil before the request is prepared and after it is finished.
    private(set) var easy: UnsafeMutableRawPointer?

    let request: HTTPRequest
    private let continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>
    /// Lists that libcurl reads while the request is on its way.
    var lists: [UnsafeMutablePointer<curl_slist>] = []
    /// Where libcurl writes what went wrong.
    let message = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    /// What has come of the answer.
    var response = HTTPResponse(status: 0)

    init(_ request: HTTPRequest, _ continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>) {
        self.request = request
        self.continuation = continuation
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit { message.deallocate() }

    /// Answers the request and frees what libcurl holds for it; called once, off the multi handle.
    func finish(_ result: Result<HTTPResponse, HTTPError>) {
        curl_easy_cleanup(easy)
        easy = nil
        for list in lists { curl_slist_free_all(list) }
        lists = []
        continuation.resume(returning: result)
    }

    /// The answer, once libcurl says that the transfer is done.
    func result(_ code: CURLcode) -> Result<HTTPResponse, HTTPError> {
        guard code == CURLE_OK else { return .failure(error(code)) }
        response.status = Int(long(CURLINFO_RESPONSE_CODE))
        response.version =
            switch Int(long(CURLINFO_HTTP_VERSION)) {
            case Int(CURL_HTTP_VERSION_1_0): "1.0"
            case Int(CURL_HTTP_VERSION_2_0): "2"
            case Int(CURL_HTTP_VERSION_3): "3"
            default: "1.1"
            }
        response.timings = HTTPResponse.Timings(
            connect: duration(CURLINFO_CONNECT_TIME_T),
            tls: duration(CURLINFO_APPCONNECT_TIME_T),
            firstByte: duration(CURLINFO_STARTTRANSFER_TIME_T),
            total: duration(CURLINFO_TOTAL_TIME_T)
        )
        response.certificateExpiry = certificateExpiry
        return .success(response)
    }

    /// Makes the handle; nil when libcurl refuses something of the request.
    func prepare() -> UnsafeMutableRawPointer? {
        easy = curl_easy_init()
        return easy.flatMap { setOptions($0) ? $0 : nil }
    }
}
