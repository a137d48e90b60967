import FoundationEssentials

/// A container as `docker inspect` shows it, in the format of ``inspectFormat``.
struct DockerContainer: Sendable, Hashable, Decodable {
    var id: String
    var name: String
    var state: String
    var health: String
    var exitStatus: Int
    var restarts: Int
    var ranOutOfMemory: Bool
    var lastHealthOutput: String
    var labels: [String: String]?

    /// The Go template that prints a container as one line of JSON; environment values stay on the droplet.
    static let inspectFormat =
        #"{{$last := ""}}{{if .State.Health}}{{range .State.Health.Log}}{{$last = .Output}}{{end}}{{end}}"#
        + #"{"id":{{json .ID}},"name":{{json .Name}},"state":{{json .State.Status}},"exitStatus":{{.State.ExitCode}},"#
        + #""ranOutOfMemory":{{.State.OOMKilled}},"restarts":{{.RestartCount}},"#
        + #""health":{{if .State.Health}}{{json .State.Health.Status}}{{else}}"none"{{end}},"#
        + #""lastHealthOutput":{{json $last}},"labels":{{json .Config.Labels}}}"#

    /// Reads the lines that `docker inspect` printed; one that cannot be read is left out.
    ///
    /// - Parameters:
    ///   - text: The lines.
    ///   - deaths: A line for each end of a container, the oldest first: its identifier and its exit status. Docker
    ///     itself forgets the status when it starts the container again.
    /// - Returns: The containers.
    static func list(_ text: String, deaths: String = "") -> [DockerContainer] {
        let decoder = JSONDecoder()
        var statuses: [Substring: Int] = [:]
        for words in deaths.split(separator: "\n").map({ $0.split(separator: " ") }) where words.count == 2 {
            statuses[words[0]] = Int(words[1])
        }
        return text.split(separator: "\n").compactMap { line in
            guard var container = try? decoder.decode(DockerContainer.self, from: Data(line.utf8)) else { return nil }
            if container.restarts > 0, container.exitStatus == 0, let last = statuses[container.id[...]] {
                container.exitStatus = last
            }
            return container
        }
    }

    /// The container in DeployKit's words; nil for one that is not of an application.
    func status(memory: Int = 0) -> ContainerStatus? {
        guard let labels, let service = labels["com.docker.compose.service"] else { return nil }
        return ContainerStatus(
            name: name.hasPrefix("/") ? String(name.dropFirst()) : name,
            service: service,
            slot: labels[ContainerLabel.slot].flatMap(Slot.init(rawValue:)),
            release: labels[ContainerLabel.release].flatMap(Release.ID.init(rawValue:)),
            state: ContainerStatus.State(rawValue: state) ?? .dead,
            health: ContainerStatus.Health(rawValue: health) ?? .none,
            exitStatus: exitStatus,
            restarts: restarts,
            ranOutOfMemory: ranOutOfMemory,
            lastHealthOutput: lastHealthOutput,
            memory: memory
        )
    }
}

/// The memory of a container, as the engine's `stats` shows it.
struct DockerMemory: Sendable, Hashable, Decodable {
    private var memory: Usage?

    private struct Usage: Sendable, Hashable, Decodable {
        var usage: Int?
        var stats: [String: Int]?
    }

    private enum CodingKeys: String, CodingKey {
        case memory = "memory_stats"
    }

    /// What the container takes, in bytes, without the file pages that the kernel can drop, as `docker stats` counts.
    var bytes: Int {
        let cache = memory?.stats?["inactive_file"] ?? memory?.stats?["total_inactive_file"] ?? 0
        return max((memory?.usage ?? 0) - cache, 0)
    }
}
