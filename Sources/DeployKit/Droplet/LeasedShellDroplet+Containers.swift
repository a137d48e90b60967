extension LeasedShellDroplet {
    func start(_ release: Release.ID, in slot: Slot, services: [String], within deadline: Duration) async throws {
        guard !services.isEmpty else { return }
        let command = DropletScript.start.command(
            [
                directory, release.rawValue, slot.rawValue, environment.project(of: slot), environment.storesProject,
            ] + services,
            deadline: deadline
        )
        let what = "starting release \(release) in \(slot.rawValue)"
        let result: CommandResult
        do {
            result = try await fenced.run(command)
        } catch let error as ShellError where error.code == .deadline {
            // Compose waits for what others depend on: that this does not get healthy is the release's fault.
            let jobs = await runningJobs(in: slot)
            let reason =
                switch jobs.count {
                case 0: "not all of it could be started"
                case 1: "the job \(jobs[0]) did not end"
                default: "the jobs \(jobs.sentence) did not end"
                }
            throw DeployError(
                .unhealthy, "release \(release) was not healthy after \(deadline.inWords): \(reason)",
                evidence: Self.lines(error.evidence),
                next: jobs.isEmpty ? "" : "State ServiceSettings(kind: .worker) for what is to run on.")
        }
        guard !result.isSuccess else { return }
        throw StartFailure(result).error(release: release) ?? failure(of: what, result)
    }

    /// The jobs of a slot that still run; none where that cannot be read, for it only explains another error.
    private func runningJobs(in slot: Slot) async -> [String] {
        let command = Command(
            [
                "docker", "ps", "--filter", "label=com.docker.compose.project=\(environment.project(of: slot))",
                "--filter", "label=\(ContainerLabel.kind)=\(ServiceKind.job.rawValue)",
                "--format", #"{{.Label "com.docker.compose.service"}}"#,
            ],
            deadline: .seconds(10))
        let output = try? await droplet.shell.output(of: command)
        return Set((output ?? "").split(whereSeparator: \.isWhitespace).map(String.init)).sorted()
    }

    func stop(_ services: [String], in slot: Slot) async throws {
        try await turn("stop", services, in: slot)
    }

    func resume(_ services: [String], in slot: Slot) async throws {
        try await turn("start", services, in: slot)
    }

    /// A container may have a long time of grace; the engine kills it after that.
    private func turn(_ verb: String, _ services: [String], in slot: Slot) async throws {
        guard !services.isEmpty else { return }
        try await change(
            "docker \(verb) of \(services.list) in \(slot.rawValue)",
            DropletScript.turnServices.command(
                [verb, environment.project(of: slot)] + services, deadline: .seconds(300)))
    }

    func clear(_ slot: Slot) async throws {
        try await change(
            "clearing \(slot.rawValue)",
            DropletScript.clear.command(
                [environment.project(of: slot), fenced.fence.directory, fenced.fence.token], deadline: .seconds(120)))
    }

    func vacate(_ slot: Slot, for release: Release.ID) async throws {
        try await change(
            "making room in \(slot.rawValue)",
            DropletScript.vacate.command(
                [
                    environment.project(of: slot),
                    "\(directory)/releases/\(release)/compose.\(slot.rawValue).json",
                ],
                deadline: .seconds(120)))
    }
}

/// Why the containers of a release did not start, from what the script and Compose printed.
struct StartFailure: Sendable, Hashable {
    /// The status of the script when a job failed.
    static let failedJob = 70
    /// The status of the script when another service ended while it was started.
    static let endedService = 71

    let result: CommandResult

    init(_ result: CommandResult) {
        self.result = result
    }

    /// The error, where it is the release's own fault; nil for everything else.
    func error(release: Release.ID) -> DeployError? {
        if result.status == Self.failedJob, let job = ended("job") {
            return DeployError(
                .unhealthy, "the job \(job.name) of release \(release) exited with status \(job.status)",
                evidence: job.log)
        }
        if result.status == Self.endedService, let service = ended("service") {
            return DeployError(
                .unhealthy,
                "\(service.name) of release \(release) ended with exit status \(service.status) while it was started",
                evidence: ["log of \(service.name):"] + service.log.map { "  \($0)" })
        }
        let lines = LeasedShellDroplet.lines(result.errorOutput)
        // Compose's own words, since it has one exit status for everything.
        if let line = lines.last(where: { $0.contains("No such image") || $0.contains("no such image") }) {
            return DeployError(
                .image, "an image of release \(release) is not on the droplet: \(line)", evidence: lines,
                next: "Deploy its version again, which brings the image.")
        }
        let ends = ["dependency failed to start", "is unhealthy", "didn't complete successfully", "exited ("]
        if let line = lines.last(where: { line in ends.contains { line.contains($0) } }) {
            return DeployError(.unhealthy, "release \(release) did not start: \(line)", evidence: lines)
        }
        return nil
    }

    /// What the script says ended: a line with the name and the status, then the end of its log.
    private func ended(_ kind: String) -> (name: String, status: Int, log: [String])? {
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3, words[0] == kind, let status = Int(words[2]) else { return nil }
        let log = LeasedShellDroplet.lines(lines.dropFirst().joined(separator: "\n"))
        return (String(words[1]), status, log)
    }
}
