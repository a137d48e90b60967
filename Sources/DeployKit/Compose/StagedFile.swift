/// A file or a folder that containers mount, as it travels to the droplet.
public struct StagedFile: Sendable, Hashable {
    /// What has to be at the path on the droplet.
    public enum Content: Sendable, Hashable {
        /// A copy of the file at this path of the runner.
        case file(String)
        /// A copy of the folder at this path of the runner, with all that is in it.
        case folder(String)
        /// A folder that is made empty where it is missing, and is left alone where it is there.
        case keptFolder
    }

    /// Where it is, below the folder that the rendered project lies in: `files/conf/nginx.conf`.
    public var path: String
    /// What is there.
    public var content: Content
    /// The permission bits, as on the runner.
    public var mode: Int

    /// Makes a value.
    public init(path: String, content: Content, mode: Int) {
        self.path = path
        self.content = content
        self.mode = mode
    }
}

extension StagedFile {
    /// A copy of what is at a path of the runner, named by its path in the project.
    init(copying source: String, named name: String, facts: PathFacts?) {
        let isFolder = facts?.kind == .folder
        self.init(
            path: name == "." ? "files" : "files/\(name)",
            content: isFolder ? .folder(source) : .file(source),
            mode: facts?.mode ?? (isFolder ? 0o755 : 0o644))
    }

    /// A folder that the containers write, named by its path in the project.
    init(keeping name: String, facts: PathFacts?) {
        self.init(path: "data/\(name)", content: .keptFolder, mode: facts?.mode ?? 0o755)
    }
}
