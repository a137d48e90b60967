/// What the containers of a service do on a fake droplet; healthy one second after their start by default.
///
/// ```swift
/// droplet.setBehaviour(of: "api", in: "v2", to: .exits(3, after: .seconds(1), printing: "no database"))
/// droplet.setBehaviour(of: "migrate", in: "v2", to: .fails(1))
/// ```
public struct FakeBehaviour: Sendable, Hashable {
    /// How long after its start a container listens and its health check is decided.
    var boot: Duration = .seconds(1)
    /// Whether its health check, and the edge's, then succeed.
    var isHealthy = true
    /// Whether it listens on the port that the edge asks.
    var hasRightPort = true
    /// The status of its answers.
    var status = 200
    /// The part of its answers that are errors, in percent, though its health check succeeds.
    var errorShare = 0
    /// How long it takes to answer.
    var responseTime = Duration.milliseconds(1)
    /// When and how it ends by itself.
    var end: End?
    /// Whether the engine starts it again after an end.
    var isRestarted = true
    /// The lines that it prints when it starts.
    var lines: [String] = []
    /// The memory that it takes while it runs, in bytes.
    var memory = 50 << 20

    struct End: Sendable, Hashable {
        var after: Duration
        var status: Int
        var isOutOfMemory = false
    }

    /// Boots, and is healthy from then on.
    public static func healthy(after boot: Duration = .seconds(1)) -> FakeBehaviour {
        FakeBehaviour(boot: boot)
    }

    /// Runs and listens, and its health check never succeeds.
    public static var neverHealthy: FakeBehaviour { FakeBehaviour(isHealthy: false, status: 503) }

    /// Ends before it was ever healthy, each time that it is started.
    public static func exits(
        _ status: Int, after time: Duration = .milliseconds(200), printing line: String = ""
    ) -> FakeBehaviour {
        FakeBehaviour(
            boot: time + .seconds(1), end: End(after: time, status: status), lines: line.isEmpty ? [] : [line])
    }

    /// Boots in one second and is healthy until it ends, `time` after each start.
    public static func crashes(after time: Duration, status: Int = 137) -> FakeBehaviour {
        FakeBehaviour(end: End(after: time, status: status))
    }

    /// Boots, and ends for want of memory, `time` after each start.
    public static func runsOutOfMemory(after time: Duration) -> FakeBehaviour {
        FakeBehaviour(end: End(after: time, status: 137, isOutOfMemory: true))
    }

    /// Is healthy to the engine and to the edge, and answers every request with an error.
    public static func failsProbes(status: Int = 500) -> FakeBehaviour { FakeBehaviour(status: status) }

    /// Is healthy to everybody who checks, and answers a part of all requests with 500.
    public static func answersErrors(percent: Int) -> FakeBehaviour { FakeBehaviour(errorShare: percent) }

    /// Is healthy, and takes so long to answer.
    public static func slow(_ time: Duration) -> FakeBehaviour { FakeBehaviour(responseTime: time) }

    /// Is healthy to the engine, and listens where the edge does not ask.
    public static var wrongPort: FakeBehaviour { FakeBehaviour(hasRightPort: false) }

    /// As a job, ends well.
    public static func succeeds(after time: Duration = .milliseconds(100)) -> FakeBehaviour {
        FakeBehaviour(boot: .zero, end: End(after: time, status: 0), isRestarted: false)
    }

    /// As a job, ends with a status that is not 0.
    public static func fails(
        _ status: Int, after time: Duration = .milliseconds(100), printing line: String = ""
    ) -> FakeBehaviour {
        FakeBehaviour(
            boot: .zero, end: End(after: time, status: status), isRestarted: false, lines: line.isEmpty ? [] : [line])
    }

    /// As a job, never ends.
    public static var neverEnds: FakeBehaviour { FakeBehaviour(boot: .zero, isRestarted: false) }

    /// The same, and the engine does not start it again after an end.
    public var notRestarted: FakeBehaviour {
        var copy = self
        copy.isRestarted = false
        return copy
    }

    /// The same, printing lines when it starts.
    public func printing(_ lines: [String]) -> FakeBehaviour {
        var copy = self
        copy.lines = lines
        return copy
    }

    /// The same, taking so much memory while it runs, in bytes.
    public func taking(memory: Int) -> FakeBehaviour {
        var copy = self
        copy.memory = memory
        return copy
    }
}
