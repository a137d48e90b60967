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

    /// Refuses a plan whose canary and watch alone take as long as the whole rollout may: it would always be taken back.
    func paceFindings(of steps: [Step]) -> [Finding] {
        let stages = environment.canary?.stages.map(\.duration).reduce(.zero, +) ?? .zero
        let watched = steps.reduce(Duration.zero) { if case .watch(_, _, let time) = $1 { $0 + time } else { $0 } }
        guard watched > .zero else { return [] }
        let advice = "Allow more with --within, or watch less: --watch, --stage."
        if watched >= environment.deadline {
            return [
                Finding(
                    .refusal, "deadline",
                    "the release would be watched for \(watched.inWords), and the whole rollout may take "
                        + environment.deadline.inWords, advice: advice)
            ]
        }
        // A stage waits up to four times its duration for enough requests.
        guard steps.contains(where: { if case .shift = $0 { true } else { false } }),
            watched + stages * 3 >= environment.deadline
        else { return [] }
        return [
            Finding(
                .warning, "deadline",
                "with few requests, the canary may take longer than the \(environment.deadline.inWords) of the rollout",
                advice: advice)
        ]
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
