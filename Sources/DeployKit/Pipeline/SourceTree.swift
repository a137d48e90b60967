/// What is checked out: a commit, its files, and whether the files on disk are those.
public struct SourceTree: Sendable, Hashable, Codable {
    /// The commit's full hash.
    public var commit: String
    /// The hash of the commit's files: the same for two commits with the same content.
    public var tree: String
    /// When the commit was made, in seconds since 1970.
    public var committedAt: Int
    /// The files that differ from the commit or are unknown to it, relative to the repository's root.
    public var changedFiles: [String]

    /// Makes a source tree.
    public init(commit: String, tree: String, committedAt: Int, changedFiles: [String] = []) {
        self.commit = commit
        self.tree = tree
        self.committedAt = committedAt
        self.changedFiles = changedFiles
    }

    /// Whether the files on disk are those of the commit.
    public var isClean: Bool { changedFiles.isEmpty }

    /// Asks git what is checked out.
    ///
    /// - Parameters:
    ///   - folder: A folder of the working tree; nil for where this process runs.
    ///   - shell: Runs git on this machine.
    /// - Returns: The source tree.
    /// - Throws: ``DeployError`` of code ``DeployError/Code/refused`` where the folder is in no git working tree, in
    ///   git's own words.
    public static func read(_ folder: String? = nil, shell: any Shell) async throws -> SourceTree {
        let git = ["git", "-C", folder ?? ".", "-c", "core.quotePath=false"]
        let head = try await shell.run(
            Command(git + ["show", "--no-patch", "--format=%H %T %ct", "HEAD"], deadline: .seconds(30)))
        let words = head.output.split(whereSeparator: \.isWhitespace)
        guard head.isSuccess, words.count == 3, let time = Int(words[2]) else {
            throw DeployError(
                .refused, "\(folder ?? "the current folder") is in no git working tree with a commit",
                evidence: head.errorOutput.split(separator: "\n").suffix(3).map(String.init),
                next: "Run it in a checkout of the repository.")
        }
        let status = try await shell.output(
            of: Command(git + ["status", "--porcelain", "-z", "--no-renames"], deadline: .seconds(30)))
        return SourceTree(
            commit: String(words[0]), tree: String(words[1]), committedAt: time,
            changedFiles: status.split(separator: "\0").map { String($0.dropFirst(3)) })
    }
}
