public import DeployKit

extension FakeDroplet {
    /// The secrets of all releases that were staged.
    public func secrets() async throws -> [Secret] {
        try await read(.secrets) { world in
            (world.scopes[environment.scope]?.staged ?? [:]).values.flatMap {
                EnvironmentFile.secrets(in: $0.environment)
            }
        }
    }
}

extension FakeLeasedDroplet {
    func secrets() async throws -> [Secret] { try await droplet.secrets() }
}
