extension LeasedShellDroplet {
    private var edge: HAProxyEdge { HAProxyEdge(shell: fenced) }

    func configureEdge(_ edge: EdgeEnvironment) async throws {
        try await self.edge.configure(edge, after: memory.edge)
        // The certificates are as they were observed; only the ports can be new.
        memory.keep(
            memory.listeners.map { known in
                EdgeListeners(block: PortBlock(first: edge.firstPort), hasCertificates: known.hasCertificates)
            })
    }

    func cutOver(_ edge: EdgeEnvironment) async throws -> CutoverReport {
        try await self.edge.cutOver(edge)
    }

    func amendEdge(_ edge: EdgeEnvironment) async throws {
        try await self.edge.amend(edge)
    }

    func drain(_ slot: Slot, within limit: Duration) async throws -> DrainReport {
        try await edge.drain(slot, of: droplet.paths.scope, within: limit)
    }
}
