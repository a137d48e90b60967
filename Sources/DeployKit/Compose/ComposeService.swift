/// A service of a Compose project, as Compose prints it, with names for what DeployKit decides on.
public struct ComposeService: Sendable, Hashable {
    /// The name.
    public var name: String
    /// All that Compose says of it.
    public var value: JSONValue

    /// Makes a service.
    public init(name: String, value: JSONValue) {
        self.name = name
        self.value = value
    }

    /// The image that the file names, if it names one.
    var image: String? { value["image"]?.string }

    /// Whether Compose builds the image.
    var isBuilt: Bool { value["build"] != nil }

    /// The folder from which the image is built.
    var buildContext: String? { value["build"]?["context"]?.string }

    /// The environment; nil where a variable of the runner is asked for and not set.
    var environment: [String: String?] {
        (value["environment"]?.members ?? [:]).mapValues { $0.text }
    }

    /// The command and what comes before it, as one list.
    var commandLine: [String] {
        ["entrypoint", "command"].flatMap { key in
            value[key]?.elements.compactMap(\.text) ?? value[key]?.string.map { [$0] } ?? []
        }
    }

    /// The `restart` policy; nil where none is set, also not under `deploy`.
    var restart: String? {
        if let restart = value["restart"]?.string { return restart }
        switch value["deploy"]?["restart_policy"]?["condition"]?.string {
        case "none": return "no"
        case "on-failure": return "on-failure"
        case "any": return "always"
        default: return nil
        }
    }

    /// The `restart` policy without the number of attempts, as `on-failure` for `on-failure:5`.
    var restartPolicy: String? { restart?.split(separator: ":").first.map(String.init) }

    /// How many containers of it the file asks for.
    var replicas: Int { value["scale"]?.integer ?? value["deploy"]?["replicas"]?.integer ?? 1 }

    /// Whether the file gives it a health check.
    var hasHealthCheck: Bool { value["healthcheck"] != nil && !disablesHealthCheck }

    /// Whether the file takes away the health check of the image.
    var disablesHealthCheck: Bool {
        value["healthcheck"]?["disable"]?.bool == true
            || value["healthcheck"]?["test"]?.elements.first?.string == "NONE"
    }

    /// What stands in the file's health check between blanks, quotes and the like.
    private var healthCheckWords: [Substring] {
        guard hasHealthCheck, let test = value["healthcheck"]?["test"] else { return [] }
        return test.allStrings.flatMap { $0.split { $0.isWhitespace || "\"'`|;&()<>?#,".contains($0) } }
    }

    /// The paths of the addresses that the file's health check asks for.
    var healthCheckPaths: [String] {
        healthCheckWords.compactMap { word in
            let scheme = word.firstRange(of: "://")
            guard scheme != nil || word.hasPrefix("localhost") || word.hasPrefix("127.0.0.1") else { return nil }
            let rest = word[(scheme?.upperBound ?? word.startIndex)...]
            return rest.firstIndex(of: "/").map { String(rest[$0...]) }
        }
    }

    /// Whether the file's health check names a path, in an address or alone.
    func healthCheckNames(_ path: String) -> Bool {
        healthCheckPaths.contains(path) || healthCheckWords.contains { $0 == path }
    }

    /// The memory limit in bytes.
    var memoryLimit: Int? {
        [value["deploy"]?["resources"]?["limits"]?["memory"], value["mem_limit"]]
            .compactMap { $0?.integer }.first { $0 > 0 }
    }

    /// The services that it waits for, with their conditions.
    var dependencies: [String: String] {
        (value["depends_on"]?.members ?? [:]).mapValues { $0["condition"]?.string ?? "service_started" }
    }

    /// Its networks, with its aliases in each.
    var networkAliases: [String: [String]] {
        (value["networks"]?.members ?? [:]).mapValues { $0["aliases"]?.elements.compactMap(\.string) ?? [] }
    }

    /// The network mode; nil when it has networks.
    var networkMode: String? { value["network_mode"]?.string }

    /// Its links to other services: the service, and the name under which it is asked for.
    var links: [(service: String, alias: String)] {
        (value["links"]?.elements.compactMap(\.string) ?? []).map { link in
            let parts = link.split(separator: ":", maxSplits: 1).map(String.init)
            return (parts.first ?? link, parts.last ?? link)
        }
    }

    /// What it mounts.
    var mounts: [ComposeMount] { value["volumes"]?.elements.map(ComposeMount.init) ?? [] }

    /// The folders that its image declares to be volumes, and that it mounts nothing at.
    func undeclaredVolumes(of image: ImageFacts?) -> [String] {
        let targets = Set(mounts.map(\.target) + (value["tmpfs"]?.elements.compactMap(\.string) ?? []))
        return (image?.volumes ?? []).filter { !targets.contains($0) }
    }

    /// The HTTP port that it tells a proxy of its own of: a label for Traefik, a variable for nginx-proxy.
    var proxiedPort: Int? {
        let labels = value["labels"]?.members ?? [:]
        let ports = labels.filter { $0.key.hasPrefix("traefik.") && $0.key.hasSuffix(".loadbalancer.server.port") }
            .compactMap(\.value.integer)
        if let port = ports.first, Set(ports).count == 1 { return port }
        return environment["VIRTUAL_PORT"]??.split(separator: ",").first.flatMap { Int($0) }
    }

    /// Its published ports.
    var ports: [PublishedPort] { value["ports"]?.elements.compactMap(PublishedPort.init) ?? [] }

    /// The TCP ports that it listens on without publishing them.
    var exposedPorts: [Int] {
        (value["expose"]?.elements.compactMap(\.text) ?? []).compactMap { text in
            let parts = text.split(separator: "/")
            return parts.count == 2 && parts[1] != "tcp" ? nil : parts.first.flatMap { Int($0) }
        }
    }
}

/// A port of a container that a Compose file publishes on the host.
struct PublishedPort: Sendable, Hashable {
    /// The port in the container.
    var target: Int
    /// The port on the host, or a range, as the file has it; nil for any.
    var published: String?
    /// The address on the host; nil for all.
    var address: String?
    /// `tcp` or `udp`.
    var transport: String

    init?(_ value: JSONValue) {
        guard let target = value["target"]?.integer else { return nil }
        self.target = target
        self.published = value["published"]?.text
        self.address = value["host_ip"]?.string
        self.transport = value["protocol"]?.string ?? "tcp"
    }

    /// Whether only the host itself can reach it.
    var isLocal: Bool { address?.hasPrefix("127.") == true || address == "::1" }

    /// The ports of the host that it takes, or takes one of; nil where Docker chooses.
    var hostPorts: ClosedRange<Int>? {
        let bounds = (published ?? "").split(separator: "-").compactMap { Int($0) }
        guard let first = bounds.first, let last = bounds.last, first > 0, first <= last else { return nil }
        return first...last
    }

    /// The port as a person would write it: `8080:80`, `53:53/udp`.
    var text: String {
        [address, published, String(target)].compactMap { $0 }.joined(separator: ":")
            + (transport == "tcp" ? "" : "/\(transport)")
    }
}

/// Something that a container mounts.
struct ComposeMount: Sendable, Hashable {
    /// All that Compose says of it.
    var value: JSONValue

    init(_ value: JSONValue) {
        self.value = value
    }

    /// What kind of mount it is, as `bind`, `volume` or `tmpfs`.
    var type: String { value["type"]?.string ?? "volume" }
    /// The path on the host, or the volume's name; nil for a volume without a name.
    var source: String? { value["source"]?.string }
    /// The path in the container.
    var target: String { value["target"]?.string ?? "" }
    /// Whether the container may not write to it.
    var isReadOnly: Bool { value["read_only"]?.bool == true }
}
