/// Why an HTTP request got no answer.
public struct HTTPError: Error, Sendable, Hashable {
    /// What went wrong, as a kind.
    public struct Code: Sendable, Hashable {
        /// The name of the kind.
        public let name: String

        /// The host's name is not known.
        public static let unresolved = Code(name: "unresolved")
        /// Nothing accepts connections there.
        public static let refused = Code(name: "refused")
        /// There was no whole answer in time.
        public static let timeout = Code(name: "timeout")
        /// TLS could not be agreed on, or the certificate is not good.
        public static let tls = Code(name: "tls")
        /// The task was cancelled.
        public static let cancelled = Code(name: "cancelled")
        /// Something else: the connection broke, or the answer is no HTTP.
        public static let other = Code(name: "other")
    }

    /// The kind.
    public var code: Code
    /// What happened, in a sentence.
    public var message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
