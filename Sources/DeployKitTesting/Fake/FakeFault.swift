public import DeployKit

/// Something that goes wrong at one call of a fake droplet.
public enum FakeFault: Sendable {
    /// Nothing is changed, and the call throws what the real droplet would; or `error`.
    case fails(any Error)
    /// Nothing is changed, and the call waits until its task is cancelled.
    case hangs
    /// Nothing is changed, and the connection is gone, and with it the lease; so every later call fails too.
    case losesConnection
    /// What was asked for happens, and the connection is gone before the answer.
    case losesAnswer
    /// The runner dies: its lease is free, and all its later calls throw ``RunnerDied``.
    case dies(Moment)
    /// The call throws an error, whatever happened of what was asked for, and the runner goes on.
    case breaks(Moment)
    /// Nothing is changed for a time, then the command is ended at its deadline, and the call throws.
    case stalls(Duration)
    /// The lease is free and the runner does not know it; the call goes on.
    case losesLease

    /// When a runner dies, or a command breaks off.
    public enum Moment: Sendable, Hashable, CaseIterable {
        /// Before anything of the call happened.
        case before
        /// When half of what consists of parts happened: of the containers, stores, images or releases, or the edge's
        /// files and not its map. What has no parts has not happened. Jobs end, for the droplet goes on with them.
        case during
        /// When all happened.
        case after
    }

    /// Nothing is changed, and the call throws an error of the kind that the real droplet has for it.
    public static func fails(_ code: DeployError.Code, _ message: String = "injected") -> FakeFault {
        .fails(DeployError(code, message))
    }
}

/// Which call of a runner a fault happens at, counted from when it is injected.
///
/// A rollout probes several hosts at once, so which of them gets a fault of the next probe is not said.
public enum FakePoint: Sendable, Hashable {
    /// The `number`th call that changes something, from 1.
    case effect(_ number: Int)
    /// The `number`th call of a kind, from 1.
    case call(FakeCall, _ number: Int)

    /// The next call of a kind.
    public static func next(_ call: FakeCall) -> FakePoint { .call(call, 1) }
}

/// What each call of a runner that died throws: in truth nobody is there to see it.
public struct RunnerDied: Error, Sendable, Hashable, CustomStringConvertible {
    /// `the runner died`.
    public var description: String { "the runner died" }
}

/// How much of an effect happens.
enum FakeExtent: Sendable, Hashable {
    case whole
    case half

    func of<Element>(_ elements: [Element]) -> [Element] {
        self == .whole ? elements : Array(elements.prefix(elements.count / 2))
    }
}
