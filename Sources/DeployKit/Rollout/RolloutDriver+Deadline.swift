extension RolloutDriver {
    /// Performs a step, and gives it up at the deadline of the whole rollout.
    ///
    /// A step that ends past the deadline counts as given up, whether or not it was done: so the same happens however
    /// the two raced. A release that has proved itself is not taken back any more, so the deadline ends with that.
    func withDeadline(
        _ deadline: C.Instant, in phase: RolloutPhase, of plan: Plan, progress: inout Progress,
        _ step: @escaping @Sendable (RolloutDriver, inout Progress) async throws -> String
    ) async throws -> String {
        guard phase != .settling else { return try await step(self, &progress) }
        if clock.now >= deadline { throw overdue(plan) }
        let begun = progress
        let (result, after) = try await withThrowingTaskGroup(of: (Result<String, any Error>, Progress)?.self) {
            group in
            group.addTask {
                var progress = begun
                do {
                    return (.success(try await step(self, &progress)), progress)
                } catch {
                    return (.failure(error), progress)
                }
            }
            group.addTask {
                try await clock.ring(at: deadline)
                return nil
            }
            var first: (Result<String, any Error>, Progress)?
            // The bell is nothing but a reason to stop; the step says what came of it.
            while first == nil, let next = await group.nextResult() {
                if case .success(let ended?) = next { first = ended }
                group.cancelAll()
            }
            guard let first else { throw CancellationError() }
            return first
        }
        progress = after
        if clock.now >= deadline { throw overdue(plan) }
        return try result.get()
    }

    private func overdue(_ plan: Plan) -> DeployError {
        DeployError(
            .deadline,
            "the rollout of release \(plan.release.id) took longer than its \(environment.deadline.inWords)",
            next: "See what took long above; --within allows more.")
    }
}

/// A clock whose moments are made by somebody else, as in a test: waiting for one must not make it come.
package protocol BellClock: Sendable {
    /// Waits until that much time has passed.
    func bell(after duration: Duration) async throws
}

extension Clock<Duration> {
    /// Waits for a moment, as somebody who only wants to know that it came.
    fileprivate func ring(at moment: Instant) async throws {
        if let clock = self as? any BellClock {
            try await clock.bell(after: now.duration(to: moment))
        } else {
            try await sleep(until: moment, tolerance: nil)
        }
    }
}
