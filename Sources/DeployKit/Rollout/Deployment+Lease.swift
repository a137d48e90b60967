extension Deployment {
    /// Takes the lease, and says whom it waits for where another one holds it.
    func withLease<Result: Sendable>(
        as owner: LeaseOwner, _ body: @escaping @Sendable (any LeasedDroplet) async throws -> Result
    ) async throws -> Result {
        try await droplet.withLease(
            as: owner, waiting: patience,
            onWait: { [observer] holder in
                let page = holder.runURL.isEmpty ? "" : " (\(holder.runURL))"
                await observer.observe(
                    .remarked("waits for \(holder.actor), who holds the lease: \(holder.action)\(page)"))
            },
            body)
    }
}
