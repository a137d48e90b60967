/// What becomes of one thing that a service mounts.
struct MountDecision {
    /// The mount as it is rendered, its paths relative to the folder of the project; nil when it is left out.
    private(set) var value: JSONValue?
    /// What has to travel for it.
    private(set) var staged: StagedFile?

    private let mount: ComposeMount
    private let service: ComposeService
    private let role: ServiceRole
    private let files: ProjectFiles

    init(
        of mount: ComposeMount,
        in service: ComposeService,
        role: ServiceRole,
        files: ProjectFiles,
        findings: inout [Finding]
    ) {
        self.mount = mount
        self.service = service
        self.role = role
        self.files = files
        switch mount.type {
        case "volume":
            value = mount.value
            if mount.source == nil { judgeAnonymousVolume(&findings) }
        case "bind":
            let source = mount.source ?? ""
            if let path = files.pathInProject(source) {
                decideOwn(path, &findings)
            } else {
                decideForeign(source, &findings)
            }
        case "tmpfs": value = mount.value
        default:
            findings.add(
                .refusal, service, "volumes",
                "A mount of type “\(mount.type)” at \(mount.target) is more than Compose on the droplet understands.",
                advice: "Use a volume or a bind mount.")
        }
    }

    private func judgeAnonymousVolume(_ findings: inout [Finding]) {
        guard !role.isWithStores else { return }
        let holdsPackages = mount.target.hasSuffix("node_modules") || mount.target.hasSuffix("vendor")
        findings.add(
            holdsPackages ? .note : .warning, service, "volumes",
            "What it writes to \(mount.target) is in a volume without a name, and stays behind with its release.",
            advice: holdsPackages
                ? "" : "Give the volume a name, as “\(service.name)-data:\(mount.target)”, to keep it over releases.")
    }

    // MARK: - Paths of the project

    private mutating func decideOwn(_ path: String, _ findings: inout [Finding]) {
        let written = "\(path):\(mount.target)"
        switch MountedSource(mount, of: service, product: role.product, files: files) {
        case .configuration: travel(path)
        case .unclear:
            travel(path)
            guard role.kind != .job else { return }
            findings.add(
                .warning, service, "volumes",
                "\(written) travels as it is in the checkout; what the service writes there "
                    + (role.isWithStores ? "may be replaced by a deploy." : "stays behind with its release."),
                advice: "Mount it read-only (:ro) if nothing is written there, or use a named volume.")
        case .code where service.isBuilt:
            findings.add(
                .refusal, service, "volumes",
                "\(written) lays source code over the image: what was tested in the image is not what would run.",
                advice:
                    "Move the mount into a file for development only, as compose.override.yaml, which a deploy does "
                    + "not name.")
        case .code:
            travel(path)
            findings.add(
                .warning, service, "volumes",
                "\(written) is the application itself; it travels with the release as it is in the checkout.",
                advice: "Build an image with it, which a digest then names.")
        case .data where role.isWithStores:
            keep(path)
            findings.add(
                .warning, service, "volumes",
                "The data of \(written) is kept on the droplet beside the stores, in a folder that begins empty and "
                    + "that no deploy touches.",
                advice: "Copy what is there before the first deploy, or use a named volume.")
        case .data:
            findings.add(
                .refusal, service, "volumes",
                "What it writes to \(written) would stay behind in the folder of the old release.",
                advice: "Use a named volume, which every release shares: \(volumeName):\(mount.target).")
        case .logs:
            keep(path)
            findings.add(
                .warning, service, "volumes",
                "\(written) begins empty"
                    + (role.isWithStores
                        ? " on the droplet." : " in every release, and goes when the release is removed."),
                advice: "Write the log to the standard output, where `logs` finds it.")
        case .missing:
            findings.add(
                .refusal, service, "volumes", "\(written): there is nothing at this path on this machine.",
                advice: "Add it to the repository, or make it before the deploy; Docker would mount an empty folder.")
        case .special:
            findings.add(
                .refusal, service, "volumes", "\(written) is a socket or a device of this machine and cannot travel.",
                advice: "Mount the droplet's own by its absolute path.")
        }
    }

    private var volumeName: String {
        let last = mount.target.split(separator: "/").last.map(String.init) ?? "data"
        return "\(service.name)-\(last)"
    }

    private mutating func travel(_ path: String) {
        let source = mount.source ?? ""
        let copy = StagedFile(copying: source, named: path, facts: files.paths[source])
        staged = copy
        value = rendered(source: "./" + copy.path)
    }

    private mutating func keep(_ path: String) {
        let folder = StagedFile(keeping: path, facts: files.paths[mount.source ?? ""])
        staged = folder
        value = rendered(source: "./" + folder.path)
    }

    /// The mount with another source, of which Docker makes nothing when it is missing.
    private func rendered(source: String) -> JSONValue {
        var members = mount.value.members
        members["source"] = .string(source)
        var bind = members["bind"]?.members ?? [:]
        bind["create_host_path"] = false
        members["bind"] = .object(bind)
        return .object(members)
    }

    // MARK: - Paths of a machine

    private mutating func decideForeign(_ source: String, _ findings: inout [Finding]) {
        value = rendered(source: source)
        if source.hasSuffix("docker.sock") { return }
        if source == "/etc/timezone" {
            value = nil
            findings.add(
                .note, service, "volumes", "/etc/timezone is left out: Debian 13 has none.",
                advice: "Set TZ in the environment.")
        } else if !files.home.isEmpty, source == files.home || source.hasPrefix(files.home + "/") {
            findings.add(
                .refusal, service, "volumes",
                "\(source) is in the home folder of whoever runs this, and outside of the project.",
                advice: "Put what the service needs into the project, or into a secret.")
        } else if source == "/etc/localtime" {
            return
        } else if Self.isOfTheSystem(source) {
            findings.add(
                mount.isReadOnly ? .note : .warning, service, "volumes",
                "\(source) is the droplet's own, the same for every release"
                    + (mount.isReadOnly ? "." : ", and the service may write to it.") + Self.absence(of: source))
        } else {
            findings.add(
                .warning, service, "volumes",
                "\(source) is a path of the droplet, the same for every release; nothing is copied there, and "
                    + "containers do not start while it is missing.",
                advice: "Make it on the droplet, or use a named volume.")
        }
    }

    /// Whether a path is one of the droplet's own system, the same for every release.
    static func isOfTheSystem(_ path: String) -> Bool { isBelow(systemFolders, path) || path == "/" }

    private static func isBelow(_ folders: [String], _ path: String) -> Bool {
        folders.contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    /// What is to be said of a system's path that not every droplet has.
    private static func absence(of source: String) -> String {
        let depth = source.split(separator: "/").count
        guard isBelow(optionalFolders, source), depth > 2 || isBelow(emptiedFolders, source) && depth > 1,
            !isBelow(presentFolders, source), !emptiedFolders.contains(source)
        else { return "" }
        return " Containers do not start while it is missing"
            + (isBelow(emptiedFolders, source) ? ", as it is after a reboot." : ".")
    }

    private static let optionalFolders = ["/etc", "/opt", "/run", "/tmp", "/usr", "/var"]
    /// Folders that hold nothing after a reboot.
    private static let emptiedFolders = ["/run", "/tmp", "/var/run"]
    private static let presentFolders = [
        "/etc/ssl/certs", "/run/dbus", "/run/docker.sock", "/run/systemd", "/run/udev", "/usr/lib",
        "/usr/share/zoneinfo", "/var/lib/docker", "/var/log/journal", "/var/run/docker.sock",
    ]
    private static let systemFolders = [
        "/bin", "/boot", "/dev", "/etc", "/lib", "/proc", "/run", "/sbin", "/sys", "/tmp", "/usr", "/var",
    ]
}
