/// A server on which environments run: what the planner and the rollout need of it, and nothing else.
///
/// One value stands for one environment on one droplet. Reading needs no lease; whatever changes something
/// is a method of ``LeasedDroplet``, so that no change can be written without holding the lease.
public protocol Droplet: Sendable {
    /// Reads all that a plan follows from, in one round trip.
    func observe() async throws -> DropletState

    /// Takes the environment's lease, runs `body` with it, and frees it, whatever happens.
    ///
    /// Once `body` runs, no command of a former owner takes effect any more.
    ///
    /// - Parameters:
    ///   - owner: Who takes it, for the next one who wants it.
    ///   - patience: How long to wait while another one holds it; zero fails at once.
    ///   - onWait: Told who holds it, once, where it has to be waited for.
    ///   - body: What is done under the lease.
    /// - Returns: What `body` returns.
    /// - Throws: ``LeaseError`` when another one holds the lease, or when it was lost; what `body` throws.
    func withLease<Result: Sendable>(
        as owner: LeaseOwner,
        waiting patience: Duration,
        onWait: @escaping @Sendable (LeaseOwner) async -> Void,
        _ body: @escaping @Sendable (any LeasedDroplet) async throws -> Result
    ) async throws -> Result

    /// Reads the audit trail of the environment, all of it.
    func auditTrail() async throws -> AuditTrail

    /// The secrets of all releases on the droplet and of the stores, which their containers may print.
    ///
    /// Read into memory, to take them out of what is shown: a run that goes back to an older release was never told
    /// that one's values.
    func secrets() async throws -> [Secret]

    /// The last lines that the containers of a slot printed, by container name; of the stores without a slot.
    func logs(of slot: Slot?, services: [String], lines: Int) async throws -> [ContainerLog]
}

extension Droplet {
    /// Takes the environment's lease as ``withLease(as:waiting:onWait:_:)`` does, and waits without a word.
    public func withLease<Result: Sendable>(
        as owner: LeaseOwner,
        waiting patience: Duration,
        _ body: @escaping @Sendable (any LeasedDroplet) async throws -> Result
    ) async throws -> Result {
        try await withLease(as: owner, waiting: patience, onWait: { _ in }, body)
    }
}

/// The last lines of one container.
public struct ContainerLog: Sendable, Hashable, Codable {
    /// The container's name.
    public var container: String
    /// The Compose service.
    public var service: String
    /// The lines, the oldest first, standard output and standard error together.
    public var text: String

    /// Makes a log.
    public init(container: String, service: String, text: String) {
        self.container = container
        self.service = service
        self.text = text
    }
}
