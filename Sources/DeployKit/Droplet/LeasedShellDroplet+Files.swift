import FoundationEssentials

extension LeasedShellDroplet {
    func stage(_ bundle: ReleaseBundle) async throws {
        var files = StagedFiles()
        files.add("release.json", try Self.json(bundle.release))
        files.add("compose.blue.json", bundle.projects[.blue] ?? "")
        files.add("compose.green.json", bundle.projects[.green] ?? "")
        files.add("env", bundle.environment.bytes)
        files.add("images", ImageReferences(bundle.references).text)
        files.add("jobs", bundle.release.jobs.map { $0.name + "\n" }.joined())
        files.add("attachments", bundle.attachments.map(\.line).joined())
        files.add("volumes", bundle.volumes.map { ShellQuoting.line($0) + " >/dev/null\n" }.joined())
        files.add(archive: bundle.files)
        try await change(
            "writing release \(bundle.release.id)",
            files.command(in: directory, target: "releases/\(bundle.release.id)"))
    }

    func startStores(_ bundle: StoresBundle) async throws {
        var files = StagedFiles()
        files.add("compose.json", bundle.project)
        files.add("env", bundle.environment.bytes)
        files.add("attachments", bundle.attachments.map(\.line).joined())
        files.add("digests", bundle.digests.map { "\($0.key) \($0.value)\n" }.sorted().joined())
        files.add("salt", bundle.salt)
        files.add(archive: bundle.files)
        try await change("writing the stores", files.command(in: directory, target: "stores"))
        let command = DropletScript.startStores.command(
            [
                directory, environment.storesProject, environment.project(of: .blue), environment.project(of: .green),
            ] + bundle.services.map(\.name),
            deadline: environment.health.deadline + .seconds(60)
        )
        let result = try await attempt("starting the stores", command)
        guard result.isSuccess else {
            var error = failure(of: "starting the stores \(bundle.services.map(\.name).list)", result)
            error.next = "See what they print with docker compose -p \(environment.storesProject) logs on the droplet."
            throw error
        }
    }

    func remove(_ releases: [Release.ID]) async throws {
        if !releases.isEmpty {
            try await change(
                "removing \(releases.map(\.rawValue).list)",
                DropletScript.remove.command([directory] + releases.map(\.rawValue), deadline: .seconds(300)))
        }
        try await change(
            "removing images that no release needs", ImageScript.prune.command([directory], deadline: .seconds(300)))
    }

    func record(_ record: RolloutRecord) async throws {
        try await change("remembering the rollout", DropletScript.record.command([directory, Self.json(record)]))
    }

    func keep(_ evidence: FailureEvidence, of release: Release.ID) async throws {
        try await change(
            "keeping the evidence of release \(release)",
            DropletScript.keep.command([directory, release.rawValue], input: Secret(Self.json(evidence))))
    }

    func keepMigrationOutput(_ text: String, of release: Release.ID) async throws {
        try await change(
            "keeping what the migrations of release \(release) printed",
            DropletScript.keepMigrationOutput.command([directory, release.rawValue], input: Secret(text)))
    }

    /// A value as JSON in one line, its keys in order.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// Files on their way to the droplet: one after the other on one standard input, their lengths in the arguments.
struct StagedFiles: Sendable {
    private var names: [String] = []
    private var bytes: [UInt8] = []

    mutating func add(_ name: String, _ content: String) {
        add(name, Array(content.utf8))
    }

    /// Adds a gzipped tar, which is unpacked there.
    mutating func add(archive: [UInt8]) {
        if !archive.isEmpty { add("files", archive) }
    }

    mutating func add(_ name: String, _ content: [UInt8]) {
        names += [name, String(content.count)]
        bytes += content
    }

    func command(in directory: String, target: String) -> Command {
        DropletScript.stage.command([directory, target] + names, input: Secret(bytes: bytes), deadline: .seconds(300))
    }
}

extension StoreAttachment {
    /// The attachment as a line of words: the store, the network, and the store's names in it.
    ///
    /// A container made by Compose is always found under its service's name, a store in a slot's network is not.
    fileprivate var line: String {
        let names = aliases.contains(service) ? aliases : [service] + aliases
        return ([service, network] + names).joined(separator: " ") + "\n"
    }
}
