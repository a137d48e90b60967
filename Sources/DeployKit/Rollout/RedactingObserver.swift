/// Tells an observer what happens without the secrets that are known by then.
struct RedactingObserver: RolloutObserver {
    let observer: any RolloutObserver
    let secrets: KnownSecrets

    func observe(_ event: RolloutEvent) async {
        await observer.observe(event.redacted(by: secrets))
    }
}

extension RolloutEvent {
    /// The event, every text in it without secrets that others wrote: containers, migrations, the droplet, a linter.
    fileprivate func redacted(by secrets: KnownSecrets) -> RolloutEvent {
        switch self {
        case .planned(let plan):
            return .planned(plan.redacted(by: secrets))
        case .progressed(let step, let words):
            return .progressed(step, secrets.redact(words))
        case .performed(let step, let duration, let detail):
            return .performed(step, duration, detail: secrets.redact(detail))
        case .failed(let step, let error):
            return .failed(step, error.redacted(by: secrets))
        case .undid(let step, let duration, let problem):
            return .undid(step, duration, problem: problem.map(secrets.redact))
        case .ended(var report):
            report.plan = report.plan.redacted(by: secrets)
            return .ended(report)
        case .remarked(let words):
            return .remarked(secrets.redact(words))
        // Names and numbers of our own.
        case .began, .counted, .audited:
            return self
        }
    }
}
