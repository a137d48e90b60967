import FoundationEssentials

/// Reads what the script ``DropletScript/observe`` printed.
struct Observation: Sendable {
    let sections: Sections

    /// Takes an output apart.
    init(_ output: String, boundary: String) {
        self.sections = Sections(output, boundary: boundary)
    }

    /// What the droplet is like, for the environment of a scope.
    func state(of scope: String) -> DropletState {
        let host = HostReading(sections: sections)
        let edge = EdgeSection(sections["edge"])
        let containers = containers
        let schema = SchemaReading(sections: sections)
        var state = DropletState(
            host: HostFacts(
                docker: host.docker,
                compose: host.compose,
                haproxy: edge.reading?.version ?? "",
                deviations: host.deviations + edge.deviations,
                memoryAvailable: host.memory("MemAvailable"),
                memoryTotal: host.memory("MemTotal"),
                diskFree: host.disk.free,
                diskTotal: host.disk.total,
                hasCertificates: edge.reading?.hasCertificates ?? false
            ),
            leaseOwner: leaseOwner,
            stores: containers.filter { $0.slot == nil },
            storeDigests: storeDigests,
            storeSalt: sections["salt"],
            containers: containers.filter { $0.slot != nil },
            releases: releases,
            images: images,
            edge: edge.reading?.environments[scope],
            edgeStatus: edge.reading?.statuses[scope] ?? EdgeStatus(),
            neighbours: (edge.reading?.environments ?? [:]).values
                .filter { $0.scope != scope }
                .sorted { $0.scope < $1.scope },
            records: records,
            schema: schema.state
        )
        state.migrationRecords = schema.records
        return state
    }

    /// The containers of the environment, stores among them.
    var containers: [ContainerStatus] {
        let decoder = JSONDecoder()
        let usage = Dictionary(
            sections.all("usage").map { id, text in
                (id, (try? decoder.decode(DockerMemory.self, from: Data(text.utf8)))?.bytes ?? 0)
            },
            uniquingKeysWith: { first, _ in first }
        )
        return DockerContainer.list(sections["containers"])
            .compactMap { $0.status(memory: usage[$0.id] ?? 0) }
            .sorted { $0.name < $1.name }
    }

    /// The releases whose files are on the droplet; one that cannot be read is none.
    var releases: [Release] {
        let decoder = JSONDecoder()
        return sections.all("release")
            .compactMap { try? decoder.decode(Release.self, from: Data($0.text.utf8)) }
            .sorted { $0.id < $1.id }
    }

    /// What the images that the engine has are called.
    ///
    /// A release's own word for one comes first; one that no release names is known by what identifies it, so that
    /// nobody is asked to bring what is there.
    var images: [Digest: String] {
        let engine = engineImages
        var images = Dictionary(engine.flatMap(\.names), uniquingKeysWith: { first, _ in first })
        let known = Set(engine.flatMap(\.references))
        for (_, text) in sections.all("references") {
            for (digest, reference) in ImageReferences(text).references where known.contains(reference) {
                images[digest] = reference
            }
        }
        return images
    }

    private struct Image: Decodable {
        var id: String?
        var tags: [String]?
        var digests: [String]?

        private enum CodingKeys: String, CodingKey {
            case id = "Id"
            case tags = "RepoTags"
            case digests = "RepoDigests"
        }

        /// All that it is called.
        var references: [String] { (tags ?? []) + (digests ?? []) + [id].compactMap { $0 } }

        /// What a pin of it may hold, and what it is called then.
        var names: [(Digest, String)] {
            guard let id else { return [] }
            // A digest in a registry goes with the name that was pulled.
            let pulled = (digests ?? []).compactMap { name in
                name.split(separator: "@").last.flatMap { Digest($0) }.map { ($0, name) }
            }
            let sent = (tags ?? []).compactMap(LayerCarrier.digest(ofTag:)).map { ($0, id) }
            return [Digest(id)].compactMap { $0 }.map { ($0, id) } + sent + pulled
        }
    }

    private var engineImages: [Image] {
        (try? JSONDecoder().decode([Image].self, from: Data(sections["images"].utf8))) ?? []
    }

    private struct HeldLease: Decodable {
        var since: Int
        var owner: LeaseOwner
    }

    /// Who holds the lease; nil when nobody does.
    var leaseOwner: LeaseOwner? {
        let text = sections["owner"]
        return text.isEmpty ? nil : Self.owner(text)
    }

    /// Reads the file in which an owner of the lease says who it is.
    static func owner(_ text: some StringProtocol) -> LeaseOwner {
        guard let held = try? JSONDecoder().decode(HeldLease.self, from: Data(text.utf8)) else {
            return LeaseOwner(actor: "another run", action: "has just begun")
        }
        var owner = held.owner
        owner.since = held.since
        return owner
    }

    private struct TimedRecord: Decodable {
        var at: Int
        var record: RolloutRecord
    }

    /// What the last rollouts did, the oldest first; a line that a crash cut off is left out.
    var records: [RolloutRecord] {
        let decoder = JSONDecoder()
        return sections["records"].split(separator: "\n").compactMap { line in
            guard let timed = try? decoder.decode(TimedRecord.self, from: Data(line.utf8)) else { return nil }
            var record = timed.record
            record.at = timed.at
            return record
        }
    }

    /// A digest of each store's settings when it was made.
    var storeDigests: [String: String] {
        Dictionary(sections.all("made").map { ($0.name, $0.text) }, uniquingKeysWith: { first, _ in first })
    }
}

/// The file in which a release keeps what its images are called on the droplet: a digest and a reference in a line.
struct ImageReferences: Sendable, Hashable {
    var references: [Digest: String]

    init(_ references: [Digest: String]) {
        self.references = references
    }

    init(_ text: String) {
        let pairs = text.split(separator: "\n").compactMap { line -> (Digest, String)? in
            let words = line.split(separator: " ")
            guard words.count == 2, let digest = Digest(words[0]) else { return nil }
            return (digest, String(words[1]))
        }
        self.references = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    var text: String {
        references.map { "\($0.key) \($0.value)\n" }.sorted().joined()
    }
}
