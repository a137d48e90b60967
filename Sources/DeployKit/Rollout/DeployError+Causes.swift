extension DeployError {
    /// Puts any error into the words of a deploy, with the evidence of the failed release.
    package init(_ error: any Error, evidence: FailureEvidence = FailureEvidence()) {
        switch error {
        case let error as DeployError:
            self = error
        case let error as RolloutFailure:
            self = error.error
        case let error as LeaseError:
            self = DeployError(lease: error)
        case let error as ShellError:
            self = DeployError(shell: error)
        case is CancellationError:
            self = DeployError(.cancelled, "the run was cancelled")
        default:
            self = DeployError(
                .droplet, String(describing: error), next: "Run the same command again; doctor checks what it needs.")
        }
        self.evidence += evidence.lines
    }

    private init(lease error: LeaseError) {
        switch error {
        case .held(let owner):
            let page = owner.runURL.isEmpty ? "" : " (\(owner.runURL))"
            self.init(
                .busy,
                "\(owner.actor) holds the lease: \(owner.action)\(page)",
                next: "Wait until it ends, or run the command with --wait."
            )
        case .lost(let evidence):
            self.init(
                .unreachable,
                "the connection that held the lease is gone, or another run took over",
                evidence: evidence.isEmpty ? [] : [evidence],
                next: "See what serves with the command status, then run the same command again."
            )
        }
    }

    private init(shell error: ShellError) {
        let unreachable: Set<ShellError.Code> = [.unreachable, .refused, .hostKey, .connectionLost]
        self.init(
            unreachable.contains(error.code) ? .unreachable : .droplet,
            "\(error.machine): \(error.message)",
            evidence: error.evidence.isEmpty ? [] : error.evidence.split(separator: "\n").map(String.init),
            next: unreachable.contains(error.code)
                ? "Check the connection with the command doctor, then run the same command again."
                : "Run the same command again; doctor checks what it needs."
        )
    }

    /// The error with what was done about the failure, what serves now, and what to type next.
    func after(
        _ decision: RollbackDecision, at step: Step, plan: Plan, environment: Environment,
        traffic: ReleaseTraffic? = nil
    ) -> DeployError {
        var error = self
        error.decision = decision
        let hosts = environment.routes.map(\.host).list
        let before =
            switch plan.before {
            case nil: "nothing serves \(hosts) yet"
            case plan.release.id: "release \(plan.release.id), which was not all up, is as it was"
            case let before?: "release \(before) serves \(hosts)"
            }
        switch decision {
        case .discard:
            error.serving = "\(before); the traffic never moved\(Self.nothingLeft(of: plan))"
        case .goBack:
            error.serving = "\(before) again, all requests; the traffic went back"
        case .keep where step.isCutover(to: plan.slot):
            error.serving =
                "the change of the routes did not end well: \(before), or release \(plan.release.id) does"
        case .keep:
            error.serving = "release \(plan.release.id) serves \(hosts)"
            if plan.schemaChange == .contract, let before = plan.before, before != plan.release.id {
                error.serving += "; it stays, since its migrations took away what release \(before) may need"
            }
        }
        if let traffic {
            let until = decision == .goBack ? " before it was taken back" : ""
            error.evidence.insert("release \(plan.release.id) \(traffic.summary)\(until)", at: 0)
        }
        if error.next.isEmpty {
            error.next =
                switch decision {
                case .discard where code == .cancelled, .goBack where code == .cancelled:
                    "Run the same command again when the release shall serve; status shows what serves."
                case .discard, .goBack: "Mend the release and deploy again; status shows what serves."
                case .keep where plan.schemaChange == .contract:
                    "Deploy a fix forward: the release before does not fit the schema any more."
                case .keep: "Run the same command again to finish, or rollback to go back."
                }
        }
        return error
    }
}

extension DeployError {
    private static func nothingLeft(of plan: Plan) -> String {
        // A release that was there before keeps its files.
        plan.steps.contains(.stage(plan.release.id))
            ? ", and nothing is left of release \(plan.release.id)" : ", and what was started is removed"
    }

    /// The error of a rollout of which some steps could not be taken back.
    func leaving(_ rest: [(step: Step, problem: String)], of plan: Plan) -> DeployError {
        var error = self
        error.evidence += rest.map { "what could not be taken back: \($0.step): \($0.problem)" }
        if rest.contains(where: { !$0.step.startsAgain }) {
            let words = error.serving.split(separator: Self.nothingLeft(of: plan)).joined()
            error.serving = "\(words); what is left of release \(plan.release.id) is removed by the next deploy"
        }
        if let before = plan.before, rest.contains(where: \.step.startsAgain) {
            error.serving += "; not all of release \(before) could be started again"
        }
        return error
    }

    /// The error of a rollout whose traffic should have gone back and, for this reason, did not.
    ///
    /// - Parameters:
    ///   - problem: The reason; nil for one that went back, or did not have to.
    ///   - step: What failed: where that was the change of the routes itself, either release may serve.
    ///   - plan: The plan of the rollout.
    /// - Returns: The error as a person has to see it.
    func unable(toGoBack problem: String?, from step: Step, of plan: Plan) -> DeployError {
        guard let problem else { return self }
        var error = self
        error.decision = nil
        error.evidence.append("the traffic could not go back: \(problem)")
        let release = "release \(plan.release.id)"
        if step.movesTraffic, let before = plan.before {
            error.serving = "release \(before) serves, or \(release): the change of the routes did not end well"
        } else {
            error.serving = "\(release) still serves, as far as is known; nothing of it was removed"
        }
        error.next = "See what serves with the command status, then go back with rollback."
        return error
    }
}

extension Step {
    /// Whether it brings back what the release before gave up.
    fileprivate var startsAgain: Bool {
        switch self {
        case .resume, .awaitServers: true
        default: false
        }
    }
}

extension RolloutProblem {
    /// The kind of an error that ended a step.
    init(_ error: any Error) {
        let code = (error as? DeployError)?.code
        if error is CancellationError || code == .cancelled || Task.isCancelled {
            self = .cancelled
        } else if code == .deadline {
            self = .deadline
        } else {
            self = code == .unhealthy || code == .rolledBack ? .release : .effect
        }
    }
}

extension FailureEvidence {
    /// The evidence, a line each: probes, exit statuses, what the edge found, the last log lines.
    package var lines: [String] {
        var lines = probes.map { "probe: \($0.summary)" }
        for container in containers {
            var line = "container \(container.name): \(container.state.rawValue)"
            if container.health != .none { line += ", \(container.health.rawValue)" }
            if container.state != .running || container.restarts > 0 { line += ", exit status \(container.exitStatus)" }
            if container.restarts > 0 { line += ", restarted \(container.restarts) times" }
            if container.ranOutOfMemory { line += ", out of memory" }
            lines.append(line)
            let output = container.lastHealthOutput.lastLines(1)
            if container.health != .healthy, !output.isEmpty { lines.append("  health check: \(output)") }
        }
        for server in servers where !server.isUp {
            lines.append("edge: \(server.service) is down, last check \(server.lastCheck)")
        }
        for log in logs where !log.text.isEmpty {
            lines.append("log of \(log.container):")
            lines += log.text.lastLines(20).split(separator: "\n").map { "  \($0)" }
        }
        return lines
    }
}
