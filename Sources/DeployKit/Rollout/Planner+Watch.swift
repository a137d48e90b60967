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

    /// The steps with a canary before the cutover, where the environment wants one and a release serves meanwhile.
    func withCanary(_ steps: [Step], _ release: Release, in slot: Slot, former: Slot?) -> [Step] {
        guard let canary = environment.canary, former != nil,
            let cutover = steps.lastIndex(where: { if case .cutOver(slot, _) = $0 { true } else { false } })
        else { return steps }
        let stages = canary.stages.filter { (1...99).contains($0.percent) }.flatMap { stage -> [Step] in
            [.shift(slot, percent: stage.percent), .watch(slot, release.id, stage.duration)]
        }
        return steps[..<cutover] + stages + steps[cutover...]
    }

    /// Whether a share of the requests reaches the slot that does not serve.
    var isInCanary: Bool { state.edgeStatus.share > 0 || state.edge?.share != nil }

    /// The steps that end a canary which a dead run left.
    func endOfCanary() -> [Step] {
        guard isInCanary, let serving = state.servingSlot else { return [] }
        return [
            .shift(serving.other, percent: 0), .drain(serving.other, limit: environment.edge.drainLimit),
        ]
    }

    /// Says that the public will not see what is deployed.
    func maintenanceFindings() -> [Finding] {
        guard state.edgeStatus.isInMaintenance else { return [] }
        let reason = state.edge?.maintenance?.reason ?? ""
        return [
            Finding(
                .note, "maintenance",
                "maintenance is on" + (reason.isEmpty ? "" : " (\(reason))")
                    + ": the public gets a page with status 503, and goes on getting it after this",
                advice: "End it with the command maintenance off.")
        ]
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
