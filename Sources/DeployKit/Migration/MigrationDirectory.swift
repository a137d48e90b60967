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
        let files = names.filter { $0.hasSuffix(".sql") }.map { file -> (String, [UInt8]?) in
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
        var undoing: [Int: String] = [:]
        for (file, content) in files.sorted(by: { $0.name < $1.name }) {
            guard let parsed = MigrationFileName(file) else {
                refuse(
                    "\(name)/\(file)", "the name is none of a migration",
                    "Call it <version>_<name>.sql, or <version>_<name>.up.sql and .down.sql.")
                continue
            }
            if parsed.isUndoing {
                undoing[parsed.version] = file
                continue
            }
            guard let content, let sql = String(validating: content, as: UTF8.self) else {
                refuse("\(name)/\(file)", "the file cannot be read as UTF-8", "")
                continue
            }
            if let other = migrations.first(where: { $0.version == parsed.version }) {
                refuse(
                    "\(name)/\(file)", "it has the same version as \(other.file)", "Give one of them another number.")
                continue
            }
            if SQLScript(sql).statements.isEmpty {
                findings.append(Finding(.warning, "\(name)/\(file)", "there is no statement in it"))
            }
            migrations.append(Migration(version: parsed.version, name: parsed.name, file: file, sql: sql))
        }
        let known = Set(migrations.map(\.version))
        for (_, file) in undoing.filter({ !known.contains($0.key) }).sorted(by: { $0.value < $1.value }) {
            refuse("\(name)/\(file)", "there is no .up.sql that it would undo", "Add it, or remove this file.")
        }
        migrations.sort { $0.version < $1.version }
    }

    private mutating func refuse(_ subject: String, _ message: String, _ advice: String) {
        findings.append(Finding(.refusal, subject, message, advice: advice))
    }
}

/// What the name of a migration's file says.
struct MigrationFileName: Sendable, Hashable {
    let version: Int
    let name: String
    let isUndoing: Bool

    /// Reads `<version>_<name>.sql`, `.up.sql` or `.down.sql`; nil for anything else.
    init?(_ file: String) {
        guard file.hasSuffix(".sql"), let underscore = file.firstIndex(of: "_") else { return nil }
        let digits = file[..<underscore]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let version = Int(digits),
            version > 0
        else { return nil }
        var name = file[file.index(after: underscore)...].dropLast(".sql".count)
        isUndoing = name.hasSuffix(".down")
        if isUndoing { name = name.dropLast(".down".count) } else if name.hasSuffix(".up") { name = name.dropLast(3) }
        guard !name.isEmpty else { return nil }
        self.version = version
        self.name = String(name)
    }
}
