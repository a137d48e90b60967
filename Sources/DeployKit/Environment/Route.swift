/// A public host name and the service that answers it.
public struct Route: Sendable, Hashable, Codable {
    /// The host name, in lower case, without a port: `app.example.com`.
    public var host: String
    /// The Compose service that answers.
    public var service: String

    /// Makes a route.
    public init(_ host: String, to service: String) {
        self.host = host.lowercased()
        self.service = service
    }
}
