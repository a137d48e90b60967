import FoundationEssentials

/// The migrations of a folder, in the layout of sqlx.
package struct MigrationDirectory: Sendable, Hashable {
    /// The migrations by version; files that undo one are never run.
    package var migrations: [Migration] = []
    /// What is the matter with the folder or its files.
    package var findings: [Finding] = []

    /// Reads a folder of this machine.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - name: What it is called in findings.
    package init(reading path: String, name: String) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            self.init([], name: name)
            refuse(name, "there is no such folder: \(path)", "Make it, or name another one in the environment.")
            return
        }
        let files = names.filter { !Self.isFolder("\(path)/\($0)") }.map { file -> (String, [UInt8]?) in
            (file, FileManager.default.contents(atPath: "\(path)/\(file)").map(Array.init))
        }
        self.init(files, name: name)
    }

    /// Takes files for migrations.
    ///
    /// - Parameters:
    ///   - files: Their names and what is in them; nil for one that cannot be read.
    ///   - name: What their folder is called in findings.
    package init(_ files: [(name: String, content: [UInt8]?)], name: String) {
        var undoing: [(version: Int, file: String)] = []
        for (file, content) in files.sorted(by: { $0.name < $1.name }) {
            let subject = "\(name)/\(file)"
            switch MigrationFileName(file) {
            case .other: continue
            case .skipped:
                warn(subject, "sqlx skips a file of this name, so it is no migration and never runs", Self.naming)
            case .unreadable:
                refuse(subject, "its name begins with no number, which sqlx refuses as well", Self.naming)
            case .undoing(let version):
                undoing.append((version, file))
            case .migration(let version, let label):
                add(version, label, from: file, content, as: subject)
            }
        }
        let known = Set(migrations.map(\.version))
        for (version, file) in undoing where !known.contains(version) {
            warn("\(name)/\(file)", "there is no .up.sql that it would undo", "Add it, or remove this file.")
        }
        migrations.sort { $0.version < $1.version }
    }

    private static let naming = "Call it <version>_<name>.sql, or <version>_<name>.up.sql and .down.sql."

    private static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    private mutating func add(
        _ version: Int, _ label: String, from file: String, _ content: [UInt8]?, as subject: String
    ) {
        guard let content, let sql = String(validating: content, as: UTF8.self) else {
            return refuse(subject, "the file cannot be read as UTF-8", "Write it again as UTF-8.")
        }
        if let other = migrations.first(where: { $0.version == version }) {
            return refuse(subject, "it has the same version as \(other.file)", "Give one of them another number.")
        }
        if SQLScript(sql).statements.isEmpty { warn(subject, "there is no statement in it") }
        migrations.append(Migration(version: version, name: label, file: file, sql: sql))
    }

    private mutating func warn(_ subject: String, _ message: String, _ advice: String = "") {
        findings.append(Finding(.warning, subject, message, advice: advice))
    }

    private mutating func refuse(_ subject: String, _ message: String, _ advice: String) {
        findings.append(Finding(.refusal, subject, message, advice: advice))
    }
}

/// What the name of a file in the folder says, as sqlx takes it.
enum MigrationFileName: Sendable, Hashable {
    /// `<version>_<name>.sql` or `<version>_<name>.up.sql`.
    case migration(version: Int, name: String)
    /// `<version>_<name>.down.sql`.
    case undoing(version: Int)
    /// A file with SQL that sqlx passes over: without a `_`, or with more than `.sql` at its end.
    case skipped
    /// One that sqlx stops at: what stands before its first `_` is no number of 64 bits.
    case unreadable
    /// No file with SQL.
    case other

    /// Reads a name; a version may be 0 or have a sign, and a name may be empty, as with sqlx.
    init(_ file: String) {
        guard let underscore = file.firstIndex(of: "_"), file[underscore...].hasSuffix(".sql") else {
            self = file.lowercased().split(separator: ".").dropFirst().contains("sql") ? .skipped : .other
            return
        }
        guard let version = Int(file[..<underscore]) else {
            self = .unreadable
            return
        }
        let rest = file[file.index(after: underscore)...]
        if rest.hasSuffix(".down.sql") {
            self = .undoing(version: version)
        } else {
            let ending = rest.hasSuffix(".up.sql") ? ".up.sql" : ".sql"
            self = .migration(version: version, name: String(rest.dropLast(ending.count)))
        }
    }
}
