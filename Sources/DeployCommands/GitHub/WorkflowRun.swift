internal import DeployKit
internal import Synchronization

/// What a run tells GitHub Actions beside its words: groups, annotations, masks, outputs and a page.
///
/// A class, since what is known at the end of a run comes from several places.
final class WorkflowRun: Sendable {
    /// How much GitHub takes of a step's page, in bytes.
    static let summaryLimit = 1 << 20

    /// Notes the rollout of the run.
    let recorder: RolloutRecorder
    /// What the page says of the run itself.
    let facts: StepSummary.Facts
    private let variables: [String: String]
    private let secrets: KnownSecrets
    private let write: @Sendable (String) -> Void
    private let writeError: @Sendable (String) -> Void
    private let startedAt = AuditSettings.systemTime()
    private let state = Mutex(State())

    private struct State {
        var isGroupOpen = false
        var error: DeployError?
        var sections: [String] = []
        var outputs: [WorkflowOutput] = []
        var parts: [Journey.Part] = []
    }

    /// Makes it for a command that runs in GitHub Actions; nil anywhere else.
    ///
    /// - Parameter context: With the streams as they are: what is written here is made harmless here.
    init?(_ context: CommandContext) {
        guard context.variables["GITHUB_ACTIONS"] == "true" else { return nil }
        let start = ContinuousClock.now
        recorder = RolloutRecorder { start.duration(to: .now) }
        variables = context.variables
        secrets = context.secrets
        write = context.write
        writeError = context.writeError
        func value(_ name: String) -> String { context.variables[name] ?? "" }
        facts = StepSummary.Facts(
            environment: context.environment, command: context.commandName,
            actor: RuntimeSettings.actor(context.variables), runURL: RuntimeSettings.runURL(context.variables),
            commit: value("GITHUB_SHA"),
            commitURL: "\(value("GITHUB_SERVER_URL"))/\(value("GITHUB_REPOSITORY"))/commit/\(value("GITHUB_SHA"))")
    }

    /// The page of the run.
    var summary: StepSummary { StepSummary(facts: facts, secrets: secrets) }

    /// Begins a group in the log; one that is open ends.
    func open(_ title: String) {
        close()
        state.withLock { $0.isGroupOpen = true }
        write(WorkflowCommand.group(secrets.redact(title)).line)
    }

    /// Ends the group that is open.
    func close() {
        let wasOpen = state.withLock { state in
            defer { state.isGroupOpen = false }
            return state.isGroupOpen
        }
        if wasOpen { write(WorkflowCommand.endGroup.line) }
    }

    /// Shows something at the run, on standard error: standard output may be for a program.
    func annotate(
        _ level: WorkflowCommand.Level, _ message: String, title: String = "", file: String? = nil, line: Int? = nil
    ) {
        writeError(
            WorkflowCommand.annotation(
                level, secrets.redact(message), title: secrets.redact(title), file: file, line: line
            ).line)
    }

    /// Takes up the error that ends the run.
    func fail(_ error: DeployError) {
        close()
        let error = error.redacted(by: secrets)
        state.withLock { $0.error = error }
        var lines = [error.message] + error.evidence.prefix(5)
        if !error.serving.isEmpty { lines.append("Now: \(error.serving).") }
        if !error.next.isEmpty { lines.append("Next: \(error.next)") }
        annotate(.error, lines.joined(separator: "\n"), title: "\(facts.command): \(error.code.words)")
    }

    /// Adds a part of its page.
    func add(_ section: (StepSummary) -> String) {
        let text = section(summary)
        state.withLock { $0.sections.append(text) }
    }

    /// Takes up how long something took that came before the rollout.
    func add(_ part: Journey.Part) { state.withLock { $0.parts.append(part) } }

    /// Hands a value to later steps.
    func set(_ name: String, _ value: String) {
        state.withLock { $0.outputs.append(WorkflowOutput(name, secrets.redact(value))) }
    }

    /// Writes the page and the outputs.
    func finish(_ code: Int32) {
        close()
        let state = state.withLock { $0 }
        let record = recorder.record
        append(outputs(record, state, code).map(\.text).joined(), to: "GITHUB_OUTPUT")
        let own = record.plan == nil ? summary.failure(state.error) : rollout(record, state)
        let page = secrets.redact(own + state.sections.joined())
        if !page.isEmpty, let path = path("GITHUB_STEP_SUMMARY") {
            let room = Self.summaryLimit - (fileSize(path) ?? 0)
            append(Self.cut(page, to: room), to: "GITHUB_STEP_SUMMARY")
        }
    }

    private func rollout(_ record: RolloutRecorder.Record, _ state: State) -> String {
        var journey = Journey(parts: state.parts)
        if let served = record.served, let pushedAt = PushEvent.time(in: variables) {
            // By two clocks: what they differ by is no time that passed.
            let whole = Duration.seconds(startedAt - pushedAt) + served
            if whole > .zero { journey.whole = whole }
        }
        return summary.rollout(record, error: state.error, journey: journey)
    }

    private func outputs(_ record: RolloutRecorder.Record, _ state: State, _ code: Int32) -> [WorkflowOutput] {
        let hosts = facts.environment.routes.map(\.host).joined(separator: ", ")
        var outputs = [WorkflowOutput("exit_code", "\(code)")]
        if let url = facts.environment.url { outputs.append(WorkflowOutput("environment_url", url)) }
        if let plan = record.plan {
            outputs.append(WorkflowOutput("release", plan.release.id.rawValue))
            outputs.append(WorkflowOutput("before", plan.before?.rawValue ?? ""))
            if state.error == nil {
                outputs.append(WorkflowOutput("serving", "release \(plan.release.id) serves \(hosts)"))
            }
        }
        if let error = state.error { outputs.append(WorkflowOutput("serving", error.serving)) }
        if let head = record.head { outputs.append(WorkflowOutput("audit_head", head.text)) }
        return outputs + state.outputs
    }

    /// As many whole lines of a page as fit, and a word on the rest.
    static func cut(_ page: String, to limit: Int) -> String {
        guard page.utf8.count > limit else { return page }
        let note = "\n\nThe rest is in the log.\n"
        let bytes = page.utf8.prefix(max(limit - note.utf8.count, 0))
        let lines = bytes.prefix(upTo: bytes.lastIndex(of: UInt8(ascii: "\n")) ?? bytes.startIndex)
        return lines.isEmpty ? "" : String(decoding: lines, as: UTF8.self) + note
    }

    private func path(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    private func append(_ text: String, to name: String) {
        guard !text.isEmpty, let path = path(name) else { return }
        if !appendText(text, to: path) {
            // A run that did what it was to do does not fail for its page.
            annotate(.warning, "\(name) cannot be written: \(path)")
        }
    }
}

extension CommandContext {
    /// The context of a command that tells GitHub Actions what it does, where it runs there.
    func reportingToGitHub() -> CommandContext {
        guard let workflow = WorkflowRun(self) else { return self }
        var context = self
        context.workflow = workflow
        context.watchers.append(workflow.recorder)
        return context
    }

    /// Lets the runner hide the secrets that it does not know of yet: those that were read from the Compose project and
    /// from the droplet, from whatever a later step prints.
    ///
    /// At the end of a run, when all names that are no secrets are known. This run's own words have none anyway.
    func maskSecrets() {
        guard workflow != nil, let maskWriter else { return }
        let known = KnownSecrets(SecretName.secrets(in: variables)).lines
        for secret in secrets.lines.subtracting(known).sorted(by: { $0.revealed < $1.revealed }) {
            maskWriter(WorkflowCommand.mask(secret).line)
        }
    }
}
