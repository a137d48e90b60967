internal import Synchronization

/// What ``ImageScript/pull`` says, line by line.
final class PullOutcome: Sendable {
    private struct State {
        var failed: [String] = []
        var refusedBy: String?
        var evidence: [String] = []
    }

    private let state = Mutex(State())

    /// Takes in a line; returns the reference that was pulled, if it says so.
    func take(_ line: String) -> String? {
        let words = line.split(separator: " ").map(String.init)
        return state.withLock { state in
            if state.failed.isEmpty, state.refusedBy == nil {
                switch (words.first, words.count) {
                case ("pulled", 2): return words[1]
                case ("present", 2): return nil
                default: break
                }
            }
            switch (words.first, words.count) {
            case ("failed", 2): state.failed.append(words[1])
            case ("refused", 2): state.refusedBy = words[1]
            default: if !line.isEmpty { state.evidence.append(line) }
            }
            return nil
        }
    }

    /// The references that could not be pulled.
    var failed: [String] { state.withLock(\.failed) }
    /// The registry that refused the login.
    var refusedBy: String? { state.withLock(\.refusedBy) }
    /// What Docker said about it.
    var evidence: [String] { state.withLock(\.evidence) }
}
