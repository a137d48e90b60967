extension Planner {
    /// The steps of a deploy with the watch that the environment asks for: from the moment the release serves, and
    /// before anything of the one before is given up.
    ///
    /// A first release is not watched: there is nothing to go back to. Connections of the release before may go on for
    /// as long as without a watch, so the drain waits only for what is left of that time.
    func watched(_ steps: [Step], _ release: Release, in slot: Slot, former: Slot?) -> [Step] {
        let duration = environment.watch.duration
        guard duration > .zero, let former, let drain = steps.firstIndex(where: \.isDrain) else { return steps }
        var steps = steps
        let limit = max(environment.edge.drainLimit - duration, .zero)
        steps.replaceSubrange(
            drain...drain, with: [.watch(slot, release.id, duration), .drain(former, limit: limit)])
        return steps
    }

    /// The watch that a dead run did not end: its release serves, and nobody has said that it does so well.
    func unfinishedWatch(of release: Release, in slot: Slot) -> [Step] {
        guard environment.watch.duration > .zero, !state.hasServed(release.id), !state.history.releases.isEmpty else {
            return []
        }
        return [.watch(slot, release.id, environment.watch.duration)]
    }
}

extension Step {
    fileprivate var isDrain: Bool { if case .drain = self { true } else { false } }
}
