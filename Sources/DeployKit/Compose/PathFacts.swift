/// What is at a path of the runner that the Compose file mounts.
public struct PathFacts: Sendable, Hashable {
    /// The kind of thing that a path leads to.
    public enum Kind: Sendable, Hashable {
        /// A regular file.
        case file
        /// A folder.
        case folder
        /// A socket, a device or something else that cannot be copied.
        case special
    }

    /// What is there.
    public var kind: Kind
    /// The permission bits.
    public var mode: Int
    /// The size of a file in bytes.
    public var size: Int
    /// The names in a folder, in order.
    public var entries: [String]

    /// Makes facts.
    public init(_ kind: Kind, mode: Int = 0o644, size: Int = 0, entries: [String] = []) {
        self.kind = kind
        self.mode = mode
        self.size = size
        self.entries = entries
    }
}

/// The part of the runner's file system that a Compose project refers to.
public struct ProjectFiles: Sendable, Hashable {
    /// The folder with all that belongs to the project: the nearest one with `.git`, or the project's own.
    public var root: String
    /// The home folder of the user who runs this; empty where it is not known.
    public var home: String
    /// What is at each mounted path; a path that is not here leads to nothing.
    public var paths: [String: PathFacts]

    /// Makes a value.
    public init(root: String, home: String = "", paths: [String: PathFacts] = [:]) {
        self.root = root
        self.home = home
        self.paths = paths
    }

    /// The path below ``root``, as `conf/nginx.conf`; nil for a path that is not below it.
    func pathInProject(_ path: String) -> String? {
        if path == root { return "." }
        let prefix = root == "/" ? "/" : root + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
    }
}

extension ProjectFiles {
    /// A command that reads what is at some absolute paths, and where the project's root is.
    static func command(reading paths: [String], from folder: String) -> Command {
        let script = #"""
            cd -- "$1"
            shift
            here=$(pwd -P)
            root=$here
            while [ -n "$root" ] && [ ! -e "$root/.git" ]; do root=${root%/*}; done
            printf '%s\n%s\n' "${root:-$here}" "${HOME-}"
            if [ $# -gt 0 ]; then
                find -L "$@" -maxdepth 1 -printf '%d\t%y\t%m\t%s\t%H\t%P\n' 2>/dev/null | head -n 50000
            fi
            """#
        return .script(script, [folder] + paths)
    }

    /// Reads what the command printed.
    init(parsing output: String) {
        var lines = output.split(separator: "\n", omittingEmptySubsequences: false)[...]
        self.init(root: String(lines.popFirst() ?? "/"), home: String(lines.popFirst() ?? ""))
        for line in lines {
            let fields = line.split(separator: "\t", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 6 else { continue }
            if fields[0] == "0" {
                guard let kind = PathFacts.Kind(findType: fields[1]) else { continue }
                let facts = PathFacts(kind, mode: Int(fields[2], radix: 8) ?? 0o644, size: Int(fields[3]) ?? 0)
                paths[fields[4]] = facts
            } else {
                paths[fields[4]]?.entries.append(fields[5])
            }
        }
        for path in paths.keys { paths[path]?.entries.sort() }
    }
}

extension PathFacts.Kind {
    /// The kind that `find -printf %y` names; nil for a link that leads nowhere.
    fileprivate init?(findType: String) {
        switch findType {
        case "f": self = .file
        case "d": self = .folder
        case "N", "L", "?": return nil
        default: self = .special
        }
    }
}
