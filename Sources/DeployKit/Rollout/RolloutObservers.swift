/// Several observers of a rollout, told one after the other.
public struct RolloutObservers: RolloutObserver {
    private let observers: [any RolloutObserver]

    /// Makes one of several.
    public init(_ observers: [any RolloutObserver]) {
        self.observers = observers
    }

    /// Tells each of them.
    public func observe(_ event: RolloutEvent) async {
        for observer in observers { await observer.observe(event) }
    }
}
