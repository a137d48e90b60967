internal import DeployKit
internal import Synchronization

/// Notes what happens in a rollout, for a page about it at its end.
final class RolloutRecorder: RolloutObserver {
    /// What happened until now.
    struct Record: Sendable {
        /// The plan; nil for a run that never came to one.
        var plan: Plan?
        /// The steps that were carried out or taken back.
        var bars: [GanttChart.Bar] = []
        /// How it went, once it is over and the release serves.
        var report: RolloutReport?
        /// What a release answered that was taken back, or what the one that serves answered while it was watched.
        var traffic: ReleaseTraffic?
        /// When the release got all requests, by how long the run had gone on; nil for one that did not yet.
        var served: Duration?
        /// The end of the audit trail.
        var head: AuditHead?
        /// What did not go as it should, beside the rollout.
        var remarks: [String] = []
        /// When the step under way began.
        fileprivate var began = Duration.zero
    }

    private let elapsed: @Sendable () -> Duration
    private let state = Mutex(Record())

    /// Makes a recorder.
    ///
    /// - Parameter elapsed: How long the run has gone on.
    init(elapsed: @escaping @Sendable () -> Duration) {
        self.elapsed = elapsed
    }

    /// What happened until now.
    var record: Record { state.withLock { $0 } }

    func observe(_ event: RolloutEvent) async {
        let now = elapsed()
        state.withLock { $0.take(event, at: now) }
    }
}

extension RolloutRecorder.Record {
    fileprivate mutating func take(_ event: RolloutEvent, at now: Duration) {
        switch event {
        case .planned(let plan): self.plan = plan
        case .began: began = now
        case .progressed: break
        case .performed(let step, let duration, _):
            add(step, from: began, for: duration, .done)
            if case .cutOver = step { served = now }
        case .failed(let step, _): add(step, from: began, for: now - began, .failed)
        case .undid(let step, let duration, let problem):
            bars.append(
                GanttChart.Bar(
                    step.name, in: "Taken back", start: max(now - duration, .zero), duration: duration,
                    state: problem == nil ? .undone : .failed))
        case .counted(_, let traffic): self.traffic = traffic
        case .ended(let report):
            self.report = report
            traffic = report.traffic
        case .audited(let head): self.head = head
        case .remarked(let words): remarks.append(words)
        }
    }

    private mutating func add(_ step: Step, from start: Duration, for duration: Duration, _ state: GanttChart.Bar.State)
    {
        bars.append(GanttChart.Bar(step.name, in: step.part, start: start, duration: duration, state: state))
    }
}

extension Step {
    /// The part of a rollout that it belongs to.
    fileprivate var part: String {
        switch self {
        case .shift, .cutOver, .resume, .verify, .watch: "Traffic"
        case .drain, .prune, .record: "Afterwards"
        default: "Before"
        }
    }
}
