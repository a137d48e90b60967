internal import DeployKit

/// One runner with its connection to a fake host, and what is going to happen to it.
struct FakeRunner: Sendable {
    /// Whether its process is gone.
    var isDead = false
    /// Whether its connection is gone.
    var isCutOff = false
    /// Whether its commands have an effect also when the lease has another owner: what a fence is there to prevent.
    var isUnfenced = false
    /// The faults that are still to come, each with the calls left until then.
    var faults: [(fault: FakeFault, point: FakePoint)] = []
    /// How many of its calls hang.
    var hanging = 0
    var hangs: [AsyncStream<Never>.Continuation] = []
    var observers: [CheckedContinuation<Void, Never>] = []

    /// Counts a call, and returns what goes wrong at it.
    mutating func begin(_ call: FakeCall) throws -> FakeFault? {
        if isDead { throw RunnerDied() }
        if isCutOff { throw FakeFault.connectionError(at: call) }
        var due: FakeFault?
        faults = faults.compactMap { fault, point in
            guard let left = point.afterCall(call) else {
                due = due ?? fault
                return nil
            }
            return (fault, left)
        }
        return due
    }
}

extension FakePoint {
    /// The point as it is after one more call; nil when it is this one.
    fileprivate func afterCall(_ call: FakeCall) -> FakePoint? {
        switch self {
        case .effect(let number) where !call.isReading: number <= 1 ? nil : .effect(number - 1)
        case .call(call, let number): number <= 1 ? nil : .call(call, number - 1)
        default: self
        }
    }
}

extension FakeFault {
    /// What a call throws when the connection is gone: with it went the lease, which is what an owner has to hear.
    static func connectionError(at call: FakeCall) -> any Error {
        let evidence = "the connection to the droplet is gone"
        return call.isReading
            ? ShellError(.connectionLost, machine: "fake droplet", message: evidence)
            : LeaseError.lost(evidence: evidence)
    }
}
