public import DeployKit

extension ScriptedShell: ForwardingShell {
    /// The port itself, as if the machine were this one.
    public func way(toLoopback port: Int) async throws -> HTTPRequest.ConnectTo {
        .address(host: "127.0.0.1", port: port)
    }
}
