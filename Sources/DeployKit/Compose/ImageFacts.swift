/// What an image says of itself, as far as the split needs it.
public struct ImageFacts: Sendable, Hashable {
    /// The folders that it declares to be volumes: without a name for one, each container gets one of its own.
    public var volumes: [String]
    /// The TCP ports that it says it listens on.
    public var ports: [Int]
    /// Whether it has a health check.
    public var hasHealthCheck: Bool

    /// Makes facts.
    public init(volumes: [String] = [], ports: [Int] = [], hasHealthCheck: Bool = false) {
        self.volumes = volumes
        self.ports = ports
        self.hasHealthCheck = hasHealthCheck
    }

    /// What is known of an image that nobody has asked: widely used applications whose image declares a volume.
    static func known(_ image: String) -> ImageFacts? {
        let path = ImageName(image).path
        let short = path.hasPrefix("docker.io/") ? String(path.dropFirst(10)) : path
        let name = short.hasPrefix("library/") ? String(short.dropFirst(8)) : short
        return knownVolumes[name].map { ImageFacts(volumes: [$0]) }
    }

    /// The `VOLUME` of the images' own Dockerfiles.
    private static let knownVolumes = [
        "wordpress": "/var/www/html", "nextcloud": "/var/www/html", "joomla": "/var/www/html",
        "matomo": "/var/www/html", "ghost": "/var/lib/ghost/content", "redmine": "/usr/src/redmine/files",
        "gitea/gitea": "/data", "registry": "/var/lib/registry", "jenkins/jenkins": "/var/jenkins_home",
        "sonatype/nexus3": "/nexus-data", "portainer/portainer-ce": "/data", "docker": "/var/lib/docker",
        "gogs/gogs": "/data", "vaultwarden/server": "/data",
    ]

    /// Reads one element of what `docker image inspect` prints.
    init(inspected: JSONValue) {
        let configuration = inspected["Config"]
        self.init(
            volumes: (configuration?["Volumes"]?.members.keys.sorted() ?? []),
            ports: (configuration?["ExposedPorts"]?.members.keys.sorted() ?? []).compactMap { port in
                let parts = port.split(separator: "/")
                return parts.count == 2 && parts[1] != "tcp" ? nil : parts.first.flatMap { Int($0) }
            },
            hasHealthCheck: configuration?["Healthcheck"]?["Test"]?.elements.first.map { $0 != "NONE" } ?? false)
    }
}

extension ComposeClient {
    /// Asks this machine's Docker engine what images say of themselves.
    ///
    /// - Parameter images: Names of images.
    /// - Returns: What is known, by name; an image that is not here, or no engine at all, gives nothing.
    /// - Throws: What the shell throws.
    public func facts(of images: [String]) async throws -> [String: ImageFacts] {
        let names = Set(images).sorted()
        guard !names.isEmpty else { return [:] }
        // One image that is missing fails the command for all, and leaves the others in its output; then each is asked
        // for by itself.
        let script = #"""
            inspect() { docker image inspect --format '{{json .}}' "$@" 2>/dev/null; }
            if all=$(inspect "$@"); then
                printf '%s\n' "$all"
            else
                for image in "$@"; do inspect "$image" || echo null; done
            fi
            """#
        let result = try await shell.run(.script(script, names))
        let lines = result.output.split(separator: "\n")
        guard result.isSuccess, lines.count == names.count else { return [:] }
        var facts: [String: ImageFacts] = [:]
        for (name, line) in zip(names, lines) {
            guard let image = try? JSONValue(parsing: String(line)), image != .null else { continue }
            facts[name] = ImageFacts(inspected: image)
        }
        return facts
    }
}
