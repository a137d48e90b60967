internal import Synchronization

/// Lets the calls of several runners happen one after the other, in an order that follows from a seed.
final class SimulationSchedule: Sendable {
    private struct State {
        var generator: SeededGenerator
        var waiting: [(runner: Int, call: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    init(seed: UInt64) {
        state = Mutex(State(generator: SeededGenerator(seed: seed)))
    }

    /// Waits for the turn of a runner's call.
    func turn(of runner: Int) async {
        await withCheckedContinuation { call in
            state.withLock { $0.waiting.append((runner, call)) }
        }
    }

    /// Chooses the runner whose call is next; nil when nobody waits for a turn.
    func choose() -> Int? {
        state.withLock { state in
            let runners = Set(state.waiting.map(\.runner)).sorted()
            guard runners.count > 1 else { return runners.first }
            return runners[state.generator.number(below: runners.count)]
        }
    }

    /// Lets the oldest waiting call of a runner happen.
    func grant(_ runner: Int) {
        let call = state.withLock { state in
            state.waiting.firstIndex { $0.runner == runner }.map { state.waiting.remove(at: $0).call }
        }
        call?.resume()
    }
}
