internal import Synchronization

/// Tells notifiers of one rollout, beside it: nothing that they do delays or fails it.
///
/// ```swift
/// try await Alerts(notifiers, of: .deploy, in: environment, by: owner, warn: print).around { alerts in
///     try await deployment(observing: [renderer, alerts]).deploy(candidate, as: owner)
/// }
/// ```
public struct Alerts: RolloutObserver {
    /// The same for a run that was cancelled: its runner is killed soon.
    static let patienceWhenCancelled = Duration.seconds(3)

    private let notifiers: [any Notifier]
    private let draft: Notification
    private let hosts: String
    private let secrets: KnownSecrets
    private let warn: @Sendable (String) -> Void
    private let patience: Duration
    private let progress = RolloutProgress()
    private let queue = AsyncStream.makeStream(of: Notification.self)

    /// Makes the alerts of one rollout.
    ///
    /// - Parameters:
    ///   - notifiers: Who is told.
    ///   - action: What was asked for.
    ///   - environment: Where.
    ///   - owner: Who asked for it.
    ///   - secrets: What is taken out of all that they are told.
    ///   - patience: How long the run waits at its end; 12 s by default, and at most 3 s once it is cancelled.
    ///   - warn: Takes a sentence on each notifier that could not be told.
    public init(
        _ notifiers: [any Notifier],
        of action: RolloutRecord.Action,
        in environment: Environment,
        by owner: LeaseOwner,
        secrets: KnownSecrets = KnownSecrets(),
        patience: Duration = .seconds(12),
        warn: @escaping @Sendable (String) -> Void
    ) {
        self.notifiers = notifiers
        self.draft = Notification(
            .started, action: action, application: environment.application, environment: environment.name,
            actor: owner.actor, runURL: owner.runURL)
        self.hosts = environment.routes.map(\.host).list
        self.secrets = secrets
        self.patience = patience
        self.warn = warn
    }

    /// Runs a rollout that this observes, and tells how it ended.
    ///
    /// - Parameter body: The rollout.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, and nothing else.
    public func around<Result: Sendable>(
        _ body: @Sendable (Alerts) async throws -> Result
    ) async throws -> Result {
        guard !notifiers.isEmpty else { return try await body(self) }
        let start = ContinuousClock.now
        // Its own cancellation only: also a run that is cancelled says how it ended. Awaited below, with a bound.
        let telling = Task { await tellAll() }
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await body(self)) } catch { outcome = .failure(error) }
        if let last = ending(outcome, after: start.duration(to: .now)) { queue.continuation.yield(last) }
        queue.continuation.finish()
        await finish(telling, within: Task.isCancelled ? min(patience, Self.patienceWhenCancelled) : patience)
        return try outcome.get()
    }

    /// Hears that a rollout begins, and how it ended.
    public func observe(_ event: RolloutEvent) async {
        switch event {
        case .planned(let plan) where !plan.isEmpty:
            progress.begin(plan)
            var notification = draft
            notification.release = plan.release.id.rawValue
            notification.serving = serving(plan.before)
            queue.continuation.yield(notification)
        default: break
        }
    }

    private func serving(_ release: Release.ID?) -> String {
        release.map { "release \($0) serves \(hosts)" } ?? "nothing serves \(hosts) yet"
    }

    private func ending(
        _ outcome: Swift.Result<some Any, any Error>, after duration: Duration
    ) -> Notification? {
        let plan = progress.plan
        var notification = draft
        notification.release = plan?.release.id.rawValue ?? ""
        notification.milliseconds = duration.milliseconds
        switch outcome {
        case .success:
            // Nothing was to be done.
            guard let plan else { return nil }
            notification.event = .succeeded
            notification.serving = serving(plan.release.id)
        case .failure(let cause):
            let error = DeployError(cause)
            notification.event = error.decision == .goBack ? .rolledBack : .failed
            notification.code = error.code.name
            notification.serving = error.serving
            notification.reason = error.message
            notification.next = error.next
        }
        return notification
    }

    /// Tells everybody of everything, in order, each notifier beside the others.
    private func tellAll() async {
        let streams = notifiers.map { ($0, AsyncStream.makeStream(of: Notification.self)) }
        await withDiscardingTaskGroup { group in
            for (notifier, (stream, _)) in streams {
                group.addTask {
                    for await notification in stream { await tell(notifier, notification) }
                }
            }
            for await notification in queue.stream {
                for (_, (_, continuation)) in streams { continuation.yield(notification) }
            }
            for (_, (_, continuation)) in streams { continuation.finish() }
        }
    }

    private func tell(_ notifier: any Notifier, _ notification: Notification) async {
        do {
            try await notifier.notify(notification.redacted(by: secrets))
        } catch is CancellationError {
            warn("\(notifier.name) was not told that \(notification.headline): it took too long")
        } catch {
            warn("\(notifier.name) was not told that \(notification.headline): \(error)")
        }
    }

    /// How long a notifier may take at most to hear that it is cancelled.
    private static let longestGrace = Duration.seconds(2)

    private func finish(_ telling: Task<Void, Never>, within patience: Duration) async {
        let (ends, end) = AsyncStream.makeStream(of: Bool.self)
        let told = Task {
            await telling.value
            end.yield(true)
        }
        // A task of its own, for a cancelled one does not sleep.
        let limit = Task {
            try await Task.sleep(for: patience)
            telling.cancel()
            // One that does not heed it is left to itself: no alert holds a deploy up.
            try await Task.sleep(for: min(patience, Self.longestGrace))
            end.yield(false)
        }
        defer {
            told.cancel()
            limit.cancel()
        }
        // Not cancelled with the run: who waits here waits at most so long.
        let isTold = await Task { await ends.first { _ in true } }.value
        if isTold != true { warn("a notifier does not end, and is left to itself") }
    }
}

/// What a rollout has come to; a class, since an observer is told of it bit by bit.
private final class RolloutProgress: Sendable {
    private let state = Mutex<Plan?>(nil)

    var plan: Plan? { state.withLock { $0 } }

    func begin(_ plan: Plan) { state.withLock { $0 = plan } }
}
