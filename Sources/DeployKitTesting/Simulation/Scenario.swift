import DeployKit

/// What happens in one simulation, as a value that follows from its seed: commands, faults, accidents.
package struct Scenario: Sendable {
    /// The seed that it was made of; also decides whose turn it is where two runners run at once.
    package var seed: UInt64
    /// The releases that do not simply work, by version.
    var flaws: [String: Flaw] = [:]
    /// Whether memory is too short to keep a standby.
    var isTight = false
    /// Whether a release is watched after its cutover.
    var isWatched = false
    /// Whether a share of the requests comes first.
    var hasCanary = false
    /// Whether releases change the schema of the database.
    var migrates = false
    /// What happens, one round after the other.
    var rounds: [Round] = []
    /// The version that is deployed at the end, when nothing goes wrong any more.
    var last: String

    /// Commands that run at once, and what befalls the droplet meanwhile.
    struct Round: Sendable {
        var commands: [SimulatedCommand]
        var accidents: [(turn: Int, accident: Accident)] = []
    }

    /// What is wrong with a release.
    enum Flaw: String, CaseIterable, Sendable {
        case neverHealthy = "is never healthy"
        case exits = "exits at once"
        case failsProbes = "answers 500"
        case wrongPort = "listens on another port"
        case crashes = "crashes after a while"
        case jobFails = "has a job that fails"
        case workerExits = "has a worker that exits"
        case slow = "boots slowly"

        /// Whether it may come to serve all the same.
        var canServe: Bool { self == .crashes || self == .slow }
    }

    /// What befalls the droplet by itself.
    enum Accident: Hashable, Sendable, CustomStringConvertible {
        case kill(String, Slot)
        case silence(String, Slot)
        case killStore
        case edgeRestart
        case reboot
        case clockJump(Duration)

        var description: String {
            switch self {
            case .kill(let service, let slot): "\(service) in \(slot.rawValue) is killed"
            case .silence(let service, let slot): "\(service) in \(slot.rawValue) falls silent"
            case .killStore: "the store is killed"
            case .edgeRestart: "the edge restarts"
            case .reboot: "the droplet reboots"
            case .clockJump(let time): "the clock jumps by \(time)"
            }
        }
    }
}

/// A command that one runner runs, and what goes wrong with it.
struct SimulatedCommand: Sendable, CustomStringConvertible {
    /// What is asked for.
    enum Action: Hashable, Sendable, CustomStringConvertible {
        case deploy(String)
        case rollBack
        case prune
        case maintain(Bool)

        var description: String {
            switch self {
            case .deploy(let version): "deploy \(version)"
            case .rollBack: "rollback"
            case .prune: "prune"
            case .maintain(let isOn): "maintenance \(isOn ? "on" : "off")"
            }
        }
    }

    var action: Action
    /// Whether it waits while another one holds the lease.
    var isPatient = false
    var faults: [(fault: SimulatedFault, point: FakePoint)] = []
    /// The call before which a person cancels it.
    var cancelledAt: Int?

    var description: String {
        let faults = faults.map { "\($0.fault.rawValue) at \($0.point.words)" }
        let cancelled = cancelledAt.map { ["is cancelled before call \($0)"] } ?? []
        let wrong = (faults + cancelled).joined(separator: "; ")
        return "\(action)" + (isPatient ? " --wait" : "") + (wrong.isEmpty ? "" : ": \(wrong)")
    }
}

/// What goes wrong at a call.
enum SimulatedFault: String, CaseIterable, Sendable {
    case fails = "the command fails"
    case breaksHalfway = "the command breaks off halfway"
    case breaksAfterwards = "the command succeeds and an error comes back"
    case stalls = "the command is ended at its deadline"
    case hangs = "the command hangs until the run is cancelled"
    case losesConnection = "the connection drops"
    case losesAnswer = "the command succeeds and the connection drops"
    case losesLease = "the lease is lost unnoticed"
    case diesBefore = "the runner dies before it"
    case diesDuring = "the runner dies during it"
    case diesAfter = "the runner dies after it"

    var fake: FakeFault {
        switch self {
        case .fails: .breaks(.before)
        case .breaksHalfway: .breaks(.during)
        case .breaksAfterwards: .breaks(.after)
        case .stalls: .stalls(.seconds(120))
        case .hangs: .hangs
        case .losesConnection: .losesConnection
        case .losesAnswer: .losesAnswer
        case .losesLease: .losesLease
        case .diesBefore: .dies(.before)
        case .diesDuring: .dies(.during)
        case .diesAfter: .dies(.after)
        }
    }
}

extension FakePoint {
    /// The point in words: `effect 3`, `probe 2`.
    var words: String {
        switch self {
        case .effect(let number): "effect \(number)"
        case .call(let call, let number): "\(call.rawValue) \(number)"
        }
    }
}
