public import DeployKit

/// What every ``Droplet`` does, as checks that run against any: the fake one, the real one, a tool's own.
///
/// Each check wants a droplet on which the environment and its neighbour have nothing yet. It knows no test library:
///
/// ```swift
/// @Test(arguments: DropletContract.checks)
/// func `a fake droplet keeps the contract`(check: DropletContract.Check) async throws {
///     let fixture = FakeContractFixture()
///     try await check.run(fixture.droplet, fixture)
/// }
/// ```
public enum DropletContract {
    /// One thing that a droplet does.
    public struct Check: Sendable, CustomStringConvertible {
        /// What it does, as a sentence.
        public let name: String
        /// Throws a ``ContractViolation`` when it does not.
        public let run: @Sendable (any Droplet, any ContractFixture) async throws -> Void

        /// The name.
        public var description: String { name }

        init(_ name: String, _ run: @escaping @Sendable (any Droplet, any ContractFixture) async throws -> Void) {
            self.name = name
            self.run = run
        }

        /// Makes a check of what happens under the lease.
        static func leased(
            _ name: String, _ run: @escaping @Sendable (ContractRun) async throws -> Void
        ) -> Check {
            Check(name) { droplet, fixture in
                try await droplet.withLease(as: .contract, waiting: .zero) { leased in
                    try await run(ContractRun(droplet: leased, fixture: fixture))
                }
            }
        }
    }

    /// Makes a check of what happens under the lease to a droplet with a database.
    static func withDatabase(
        _ name: String, _ run: @escaping @Sendable (ContractRun) async throws -> Void
    ) -> Check {
        Check(name) { _, fixture in
            let (droplet, fixture) = try await fixture.withDatabase()
            try await droplet.withLease(as: .contract, waiting: .zero) { leased in
                let contract = ContractRun(droplet: leased, fixture: fixture)
                try await leased.startStores(try await fixture.stores())
                try await run(contract)
            }
        }
    }

    /// An image that must not exist.
    public static let missingImage = ImagePin(
        name: "contract-missing", digest: Digest(hexadecimal: String(repeating: "0", count: 63) + "1"))

    /// All checks.
    public static var checks: [Check] {
        files + containers + database + edge + traffic + lease + neighbours + audit
    }
}

extension LeaseOwner {
    static let contract = LeaseOwner(actor: "contract", action: "check")
}
