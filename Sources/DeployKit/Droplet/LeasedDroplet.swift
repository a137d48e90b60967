/// A droplet whose lease is held: what a rollout changes.
///
/// Each method is one effect. It either happened or it did not, and doing it again does no harm: a runner may
/// die between any two of them, and the next one begins with ``Droplet/observe()``.
public protocol LeasedDroplet: Droplet {
    /// Brings images to the droplet, and returns what each is called there.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/image`` when one does not exist or cannot be had.
    func fetch(_ images: [ImagePin]) async throws -> [Digest: String]

    /// Writes a release's files; its environment values go into one file that only the deploy user reads.
    func stage(_ bundle: ReleaseBundle) async throws

    /// Makes and starts the stores that are missing, and waits until they are healthy; touches no other.
    func startStores(_ bundle: StoresBundle) async throws

    /// Dumps the database whose schema the environment's policy is about, and keeps the last few dumps.
    ///
    /// - Parameter release: The release whose migrations come next.
    /// - Returns: The dump, and how it is restored.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/migration`` when the disk has no room for it, or the
    ///   database does not answer.
    func checkpoint(before release: Release.ID) async throws -> Checkpoint

    /// Runs those of some migrations that the database does not have yet, each once, whoever else tries to.
    ///
    /// - Parameters:
    ///   - run: The migrations, and whose they are.
    ///   - onLine: Is given each line that they print.
    /// - Returns: Those that were applied now.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/migration`` when one fails or waits too long for a lock;
    ///   those before it stay applied.
    func migrate(_ run: MigrationRun, onLine: @escaping @Sendable (String) async -> Void) async throws -> [Int]

    /// Makes and starts containers of a staged release in a slot, with networks of their own and the stores
    /// attached, and waits for its jobs; services that already run are left alone.
    ///
    /// - Parameters:
    ///   - release: A release that was staged.
    ///   - slot: Where it runs.
    ///   - services: What is started; its jobs and its services in the order of their dependencies.
    ///   - deadline: How long it may take.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/unhealthy`` when a job or a container fails.
    func start(_ release: Release.ID, in slot: Slot, services: [String], within deadline: Duration) async throws

    /// Stops containers in a slot and keeps them, so that ``resume(_:in:)`` can start them again.
    func stop(_ services: [String], in slot: Slot) async throws

    /// Starts containers in a slot that were stopped.
    func resume(_ services: [String], in slot: Slot) async throws

    /// Removes the containers and the networks of a slot; no volume.
    func clear(_ slot: Slot) async throws

    /// Removes the containers of a slot to make room for a staged release; no volume.
    ///
    /// The slot's networks stay, with the stores attached, where that release has the same ones: making them again
    /// takes longer than a container takes to start.
    func vacate(_ slot: Slot, for release: Release.ID) async throws

    /// Waits until the health of a slot is another than `known`, at most `patience`, and returns it.
    func health(of slot: Slot, after known: SlotHealth?, within patience: Duration) async throws -> SlotHealth

    /// Waits like ``health(of:after:within:)``, and reads what the edge has counted by then.
    ///
    /// It may return before something is different and before `patience` is over.
    func sample(_ slot: Slot, after known: WatchSample?, within patience: Duration) async throws -> WatchSample

    /// Sends one request to a route of the environment.
    func probe(_ probe: Probe) async throws -> ProbeResult

    /// Tells the edge what the environment looks like, with a reload where the set of servers changes.
    ///
    /// Moves no traffic: the routes lead where they led before.
    func configureEdge(_ edge: EdgeEnvironment) async throws

    /// Moves all routes of the environment to `edge.serving` in one change, and arms or disarms the standby.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/edge`` when a server of that slot is not up; then
    ///   no route has moved.
    func cutOver(_ edge: EdgeEnvironment) async throws -> CutoverReport

    /// Changes the share of the requests that goes to the slot that does not serve, or maintenance: what `edge` says.
    ///
    /// No route moves and nothing is reloaded.
    ///
    /// - Throws: ``DeployError`` of code ``DeployError/Code/edge`` when a server of the slot that is to get a share is
    ///   not up; then nothing has changed.
    func amendEdge(_ edge: EdgeEnvironment) async throws

    /// Waits until the slot's connections have ended, at most `limit`, and closes those that are left.
    func drain(_ slot: Slot, within limit: Duration) async throws -> DrainReport

    /// Removes the files of releases, and the images that no release on the droplet needs any more.
    func remove(_ releases: [Release.ID]) async throws

    /// Adds a record to what the droplet remembers, with the droplet's time.
    func record(_ record: RolloutRecord) async throws

    /// Keeps the evidence of a failed release on the droplet.
    func keep(_ evidence: FailureEvidence, of release: Release.ID) async throws

    /// Keeps what the migrations of a release printed; whoever calls takes its secrets out first.
    func keepMigrationOutput(_ text: String, of release: Release.ID) async throws

    /// Reads all that a plan follows from, and the audit trail: what every change begins with.
    func survey() async throws -> (state: DropletState, trail: AuditTrail)

    /// Adds records at the end of the audit trail; they are on the disk when this returns.
    ///
    /// A line that a crash cut off at the end is dropped.
    ///
    /// - Parameters:
    ///   - entries: The records, in order.
    ///   - hash: The hash of the line that has to be the last one; empty for a trail without any.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/audit`` when the trail ends otherwise; then it is as it was.
    func appendAudit(_ entries: [AuditEntry], after hash: String) async throws

    /// Begins a new audit trail in place of one that does not verify, which is kept beside it.
    ///
    /// - Parameters:
    ///   - entries: The records, in order.
    ///   - digest: What the trail has to be now, all of it.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/audit`` when it is another one; then it is as it was.
    func renewAudit(_ entries: [AuditEntry], replacing digest: Digest) async throws
}

extension LeasedDroplet {
    /// Reads one after the other.
    public func survey() async throws -> (state: DropletState, trail: AuditTrail) {
        (try await observe(), try await auditTrail())
    }
}

/// What a cutover did.
public struct CutoverReport: Sendable, Hashable, Codable {
    /// How long the change itself took on the droplet, in microseconds.
    public var microseconds: Int

    /// Makes a report.
    public init(microseconds: Int) {
        self.microseconds = microseconds
    }
}

/// What a drain did.
public struct DrainReport: Sendable, Hashable, Codable {
    /// The connections that were still open at the limit and were closed.
    public var closed: Int

    /// Makes a report.
    public init(closed: Int) {
        self.closed = closed
    }
}
