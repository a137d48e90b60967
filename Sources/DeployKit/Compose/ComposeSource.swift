/// Where an application's Compose project comes from, as `docker compose` is told it.
public struct ComposeSource: Sendable, Hashable {
    /// The Compose files in order; empty for Compose's own look-up (`compose.yaml` and its override).
    public var files: [String]
    /// The folder that relative paths are relative to; nil for the one that Compose takes by itself.
    public var projectDirectory: String?
    /// The profiles that are active.
    public var profiles: [String]
    /// The files with variables for interpolation; empty for Compose's own `.env`.
    public var environmentFiles: [String]
    /// Variables for interpolation, above those of the process and of ``environmentFiles``.
    public var variables: [String: Secret]

    /// Makes a source; by default, what `docker compose` itself would read in the current folder.
    public init(
        files: [String] = [],
        projectDirectory: String? = nil,
        profiles: [String] = [],
        environmentFiles: [String] = [],
        variables: [String: Secret] = [:]
    ) {
        self.files = files
        self.projectDirectory = projectDirectory
        self.profiles = profiles
        self.environmentFiles = environmentFiles
        self.variables = variables
    }

    /// The file or folder to name when something is the matter with the project.
    var subject: String { files.first ?? "compose.yaml" }

    /// The options of `docker compose` that say all of this, but for the variables.
    var options: [String] {
        var options: [String] = []
        for file in files { options += ["--file", file] }
        if let projectDirectory { options += ["--project-directory", projectDirectory] }
        for profile in profiles { options += ["--profile", profile] }
        for file in environmentFiles { options += ["--env-file", file] }
        return options
    }

    /// The folder that the project is in, as far as this value says it.
    package var folder: String {
        if let projectDirectory { return projectDirectory }
        guard let file = files.first, let slash = file.lastIndex(of: "/") else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }
}
