/// What a bind mount is there for, as far as its names and what lies at its source say it.
enum MountedSource: Sendable, Hashable {
    /// The source code of the application, over what the image holds.
    case code
    /// What a service reads: configuration, certificates, scripts.
    case configuration
    /// A folder of the project that a service may write to, and of which nothing says what it is.
    case unclear
    /// What a service writes and has to find again.
    case data
    /// What a service writes and nobody has to find again.
    case logs
    /// Nothing is there.
    case missing
    /// A socket or a device.
    case special

    init(_ mount: ComposeMount, of service: ComposeService, product: String?, files: ProjectFiles) {
        let source = mount.source ?? ""
        let names = [source, mount.target].map(Self.lastComponent)
        let facts = files.paths[source]
        let isData = StoreImage.product(ofDataFolder: mount.target) != nil
        let isNamedData = names.contains { Self.isDataName($0) }
        let isBelowData = Self.isBelowData(files.pathInProject(source) ?? source) || mount.target.hasPrefix("/data/")
        switch facts?.kind {
        case .special: self = .special
        case nil where mount.isReadOnly: self = .missing
        case nil where [source, mount.target].contains(where: Self.isLog): self = .logs
        case nil: self = isData || isNamedData || isBelowData || product != nil ? .data : .missing
        case .file:
            let name = Self.lastComponent(source)
            if Self.hasSuffix(name, Self.databaseSuffixes) {
                self = mount.isReadOnly ? .configuration : .data
            } else {
                self = service.isBuilt && Self.hasSuffix(name, Self.codeSuffixes) ? .code : .configuration
            }
        case .folder:
            let entries = (facts?.entries ?? []).filter { !Self.placeholders.contains($0) }
            if Self.isCode(entries, mount, of: service) {
                self = .code
            } else if mount.isReadOnly {
                self = .configuration
            } else if isData {
                self = .data
            } else if [source, mount.target].contains(where: Self.isLog) {
                self = .logs
            } else if Self.isConfiguration(entries, mount) {
                self = .configuration
            } else {
                self = isNamedData || entries.isEmpty ? .data : .unclear
            }
        }
    }

    /// Whether a folder is the application's own code: the build context, or a part of it laid over the image.
    private static func isCode(_ entries: [String], _ mount: ComposeMount, of service: ComposeService) -> Bool {
        let source = mount.source ?? ""
        let holdsProject = entries.contains { projectFiles.contains($0) }
        if mount.target.hasPrefix("/etc/") { return false }
        if let context = service.buildContext, context == source || context.hasPrefix(source + "/") { return true }
        let folders = Self.applicationFolders(of: service)
        let isOverApplication = folders.contains { mount.target == $0 || mount.target.hasPrefix($0 + "/") }
        guard isOverApplication else { return holdsProject && service.isBuilt }
        let holdsCode = entries.contains { hasSuffix($0, codeSuffixes) } || entries.contains("src")
        let isWhole = folders.contains { mount.target == $0 }
        return holdsProject || holdsCode || (isWhole && !entries.isEmpty && !mount.isReadOnly)
    }

    /// Whether a path is one that logs are written to.
    static func isLog(_ path: String) -> Bool {
        path.hasPrefix("/var/log/")
            || path.lowercased().split { "/-_".contains($0) }.contains { $0 == "log" || $0 == "logs" }
    }

    /// Whether a path is one that a service can do without.
    static func isCache(_ path: String) -> Bool {
        path.lowercased().split { "/-_.".contains($0) }.contains { $0 == "cache" || $0 == "caches" }
    }

    /// Whether a folder is for what a browser loads beside a page, which comes with an image as a rule.
    static func holdsAssets(_ target: String) -> Bool {
        // What is below a folder for data, as `/opt/data/assets`, people have put there.
        ["static", "staticfiles", "public", "dist", "assets"].contains(lastComponent(target)) && !isBelowData(target)
    }

    /// The folders of a container that hold the application itself.
    static func applicationFolders(of service: ComposeService) -> [String] {
        applicationFolders + [service.value["working_dir"]?.string].compactMap { $0 }
    }

    private static func isConfiguration(_ entries: [String], _ mount: ComposeMount) -> Bool {
        let target = mount.target.lowercased()
        if configurationFolders.contains(where: { target.hasPrefix($0) }) { return true }
        guard !entries.isEmpty else { return false }
        return entries.allSatisfy { hasSuffix($0, configurationSuffixes) }
            || [mount.source ?? "", target].map(lastComponent).contains { configurationNames.contains($0) }
    }

    private static func isDataName(_ name: String) -> Bool {
        dataNames.contains(name) || dataNames.contains { name.hasSuffix("-" + $0) || name.hasSuffix("_" + $0) }
    }

    /// Whether a path of the project is in a folder that is there for data, as `volumes/pictures`.
    private static func isBelowData(_ path: String) -> Bool {
        guard !hasSuffix(path, configurationSuffixes) else { return false }
        return path.lowercased().split(separator: "/").dropLast().contains { isDataName(String($0)) }
    }

    private static func lastComponent(_ path: String) -> String {
        (path.split(separator: "/").last ?? "").lowercased()
    }

    private static func hasSuffix(_ name: String, _ suffixes: [String]) -> Bool {
        suffixes.contains { name.lowercased().hasSuffix($0) }
    }

    private static let applicationFolders = [
        "/app", "/usr/src/app", "/usr/app", "/src", "/usr/src", "/code", "/workspace", "/workspaces", "/usr/local/app",
        "/var/www", "/var/www/html", "/srv", "/opt/app", "/home/node/app", "/application", "/go/src",
        "/usr/share/nginx/html", "/project",
    ]
    private static let projectFiles: Set = [
        "package.json", "go.mod", "Cargo.toml", "requirements.txt", "pyproject.toml", "composer.json", "Gemfile",
        "manage.py", "pom.xml", "build.gradle", "build.gradle.kts", "Dockerfile", "mix.exs", "node_modules",
        "index.php", "setup.py", "tsconfig.json",
    ]
    private static let codeSuffixes = [
        ".py", ".go", ".rs", ".js", ".ts", ".tsx", ".jsx", ".php", ".rb", ".java", ".kt", ".cs", ".ex", ".exs",
        ".swift", ".vue", ".html", ".css", ".mjs",
    ]
    /// Files that are there because git keeps no empty folder.
    private static let placeholders: Set = [".gitkeep", ".keep", ".gitignore", ".placeholder", ".empty"]
    private static let databaseSuffixes = [".db", ".sqlite", ".sqlite3", ".rdb", ".mdb"]
    private static let configurationSuffixes = [
        ".conf", ".yml", ".yaml", ".json", ".toml", ".ini", ".sql", ".sh", ".cnf", ".cfg", ".env", ".properties",
        ".xml", ".pem", ".crt", ".key", ".template", ".tmpl", ".rules", ".hcl", ".acl", ".txt", ".sql.gz", ".md",
    ]
    private static let configurationFolders = ["/etc/", "/usr/local/etc", "/docker-entrypoint", "/config", "/conf"]
    private static let configurationNames: Set = [
        "conf", "config", "configs", "configuration", "conf.d", "certs", "ssl", "tls", "nginx", "initdb", "init",
        "scripts", "sql", "templates", "provisioning", "dashboards", "rules", "keys",
    ]
    private static let dataNames: Set = [
        "data", "db", "database", "storage", "uploads", "upload", "media", "files", "backups", "backup", "dumps",
        "pgdata", "postgres", "postgresql", "mysql", "mariadb", "mongo", "mongodb", "redis", "state", "letsencrypt",
        "acme", "downloads", "documents", "attachments", "images", "models", "persist", "volumes", "repositories",
        "content", "consume", "export", "photos", "music", "movies", "library", "cache",
    ]
}
