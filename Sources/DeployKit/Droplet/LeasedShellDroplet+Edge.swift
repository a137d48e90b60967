extension LeasedShellDroplet {
    private var edge: HAProxyEdge { HAProxyEdge(shell: fenced) }

    func configureEdge(_ edge: EdgeEnvironment) async throws {
        memory.keep(nil)
        try await self.edge.configure(edge)
    }

    func cutOver(_ edge: EdgeEnvironment) async throws -> CutoverReport {
        try await self.edge.cutOver(edge)
    }

    func drain(_ slot: Slot, within limit: Duration) async throws -> DrainReport {
        try await edge.drain(slot, of: droplet.paths.scope, within: limit)
    }
}
